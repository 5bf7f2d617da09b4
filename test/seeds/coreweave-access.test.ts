import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

describe.each(platforms)('CoreWeave: access by namespace, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant-prod', 'tenant-dev'],
      joining: 'no-access',
    });
    return c.story.end;
  });

  test('CW-42 CW-43 CW-44 CW-45 every namespace is in the form; Add all reaches all of them, and nothing holds before Save', async () => {
    const { story, ada, ben } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org access edit ${ben.email}`);
      const form = await ada.sees(['Edit access', ben.email], 'form');
      expect(form.fields.map(({ label }) => label)).toEqual(
        expect.arrayContaining(['tenant-dev', 'tenant-prod']),
      );
      expect(form.buttons.map(({ label }) => label).join()).not.toMatch(/pod-writer|namespace-owner/);
      await ada.clicks('Add all');
      await ada.sees('Nothing changes before', 'form');
      await ada.submits();
      await ada.sees(
        ['namespace-user in namespace tenant-dev', 'namespace-user in namespace tenant-prod'],
        'form',
      );
    });
    await ada.clicks('Save');
    await ada.sees(`Access of ${ben.email} saved`, 'form');
    await ben.types('/access check w:secrets tenant-dev');
    await ben.sees('Allowed');
  });

  test('CW-44 Remove all takes every namespace away', async () => {
    const { ada, ben } = c;
    await ada.types(`/org access edit ${ben.email}`);
    await ada.sees(['Edit access', ben.email], 'form');
    await ada.clicks('Remove all');
    await ada.sees('Nothing changes before', 'form');
    await ada.submits();
    await ada.sees('Taken away:', 'form');
    await ada.clicks('Save');
    await ada.sees(`Access of ${ben.email} saved`, 'form');
    await ben.types('/org access show');
    const shown = await ben.sees('member (organization role)');
    expect(shown.text).not.toContain('namespace-user');
  });

  test('CW-46 CW-09 the form gives nothing that operators alone give, nor makes an administrator', async () => {
    const { story, ada, ben, cleo } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org access edit ${cleo.email} project:tenant-prod:namespace-owner`);
      await ada.sees(['Nothing was saved', 'w:full']);
      await ada.types(`/org access edit ${cleo.email} role:admin project:tenant-prod:namespace-user`);
      await ada.sees(['Nothing was saved', 'operators alone']);
    });
    for (const person of [ben, cleo]) {
      await person.types('/org access show');
      const shown = await person.sees('member (organization role)');
      expect(shown.text).not.toMatch(/namespace-owner|admin/);
    }
  });
});
