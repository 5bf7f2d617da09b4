import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('exports, on $platform', ({ startSide }) => {
  let story: Story;
  let acme: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    acme = await foundAcme(story);
    return story.end;
  });

  const newest = (name: string, type: string) =>
    vi.waitFor(
      async () => {
        const files = await story.side.files(name);
        const found = files.findLast((file) => file.name.includes(type));
        if (!found) throw new Error(`no file ${type} among ${files.map((file) => file.name)}`);
        return found;
      },
      { timeout: 10_000, interval: 20 },
    );

  test('an administrator gets the members as a file that nobody else can open', async () => {
    await acme.ada.types('/org export what:members format:csv');
    await acme.ada.sees(['Export of members', 'Acme']);
    const file = await newest('ada', 'members');
    expect(file).toMatchObject({ place: 'direct', name: expect.stringMatching(/^acme-members-.*\.csv$/) });
    const rows = parse(file.text, { bom: true, columns: true }) as { email: string; role: string }[];
    expect(rows.map(({ email, role }) => `${email} ${role}`)).toEqual([
      `${acme.ada.email} admin`,
      `${acme.ben.email} member`,
      `${acme.cleo.email} member`,
    ]);
    expect(await story.side.files('ben')).toEqual([]);
  });

  test('abuse 34: a reason that is a formula comes out as text', async () => {
    await acme.ada.types(`/org access grant ${acme.cleo.email} data-lake runner reason:"=HYPERLINK(1)"`);
    await acme.ada.sees([acme.cleo.email, 'runner']);
    await acme.ada.types('/org export access csv');
    await acme.ada.sees(['Export of access', 'apostrophe']);
    const rows = parse((await newest('ada', 'access')).text, { bom: true, columns: true }) as {
      reason: string;
    }[];
    expect(rows.map(({ reason }) => reason)).toContain("'=HYPERLINK(1)");
  });

  test('the audit comes as JSON, the export itself included', async () => {
    await acme.ada.types('/org export what:audit format:json');
    await acme.ada.sees('Export of audit');
    const events = JSON.parse((await newest('ada', 'audit')).text) as { action: string; target: string }[];
    expect(events[0]?.action).toBe('organization.created');
    expect(events.at(-1)).toMatchObject({ action: 'export.made', target: 'audit' });
  });

  test('without a choice of what, a form asks', async () => {
    await acme.ada.types('/org export');
    await acme.ada.sees('What', 'form');
    await acme.ada.submits({ What: 'Invitations', Format: 'JSON' });
    await acme.ada.sees('Export of invitations');
    const [first] = JSON.parse((await newest('ada', 'invitations')).text) as { state: string }[];
    expect(first?.state).toBe('accepted');
  });

  test('who may not read it gets a refusal and no file', async () => {
    await story.nothingHappens(async () => {
      await acme.cleo.types('/org export invitations');
      await acme.cleo.sees(["You can't export invitations", 'invitations:write']);
      await acme.ada.types('/org export kubernetes');
      await acme.ada.sees('no Kubernetes namespaces');
    });
    expect(await story.side.files('cleo')).toEqual([]);
  });
});
