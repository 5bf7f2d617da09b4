import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

describe.each(platforms)('CoreWeave: invitations, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant-prod', 'tenant-dev'],
      joining: 'no-access',
    });
    return c.story.end;
  });

  const linkIn = (text: string) => /\S+\/invitations#\S+/.exec(text)?.[0];

  test('CW-12 only an administrator invites; whoever else tries is told which administrators to ask', async () => {
    const { story, ada, ben, dana } = c;
    await story.nothingHappens(async () => {
      await ben.types(`/org invite send ${dana.email}`);
      await ben.sees(["You can't invite people in Acme", ada.email]);
      await ben.types('/org invite list');
      await ben.sees('Not done');
    });
    expect(story.app.letters.to(dana.email)).toEqual([]);
  });

  test('CW-12 the refusal hands the invitation on, once; an administrator sends it with a button, under their own name', async () => {
    const { story, ada, ben, eli } = c;
    await ben.types('/org invite send kai@example.com project:tenant-dev:namespace-user');
    await ben.sees(["You can't invite people in Acme", ada.email]);
    await ben.clicks('Ask them to invite');
    await ben.sees(['The administrators were asked', '1 administrator']);
    await ada.sees(
      [`${ben.email} asks you to invite kai@example.com`, 'tenant-dev:namespace-user'],
      'direct',
    );
    expect(story.app.letters.to('kai@example.com')).toEqual([]);
    await story.nothingHappens(async () => {
      await ben.types('/org invite ask kai@example.com');
      await ben.sees('you asked for kai@example.com today already');
      await eli.types('/org invite ask kim@example.com org:acme');
      await eli.sees('Not done');
    });
    await ada.clicks('Invite', { on: 'asks you to invite kai@example.com' });
    await ada.sees(['Invitation sent to kai@example.com', 'tenant-dev']);
    await expect.poll(() => story.app.letters.to('kai@example.com').length).toBe(1);
    await ada.types('/org audit list target:kai@example.com');
    await ada.sees(['invitation.asked', ben.email, 'invitation.sent', ada.email]);
    await ada.types('/org invite revoke kai@example.com');
    await ada.sees('kai@example.com');
  });

  test('CW-13 without an address a form asks for it, and nothing is sent before it is submitted', async () => {
    const { story, ada, dana } = c;
    await story.nothingHappens(async () => {
      await ada.types('/org invite send');
      const form = await ada.sees(['Invite people', 'Acme'], 'form');
      expect(form.fields.map(({ label }) => label)).toContain('E-mail addresses');
      await ada.submits({ 'E-mail addresses': 'no address' });
      await ada.sees('is no e-mail address');
    });
    expect(story.app.letters.to(dana.email)).toEqual([]);
  });

  test('CW-14 CW-15 CW-17 CW-18 a letter with a link, and a card that lists what is inherited: never what operators alone give', async () => {
    const { ada, dana } = c;
    await ada.types(`/org invite send ${dana.email}`);
    const card = await ada.sees([
      `Invitation sent to ${dana.email}`,
      'Role: member',
      'Access to namespaces, the same as yours',
      'tenant-dev: namespace-user',
      'tenant-prod: namespace-user',
    ]);
    expect(card.text).not.toMatch(/namespace-owner|pod-writer|admin\b/);
    expect(card.buttons.map(({ label }) => label)).toEqual(expect.arrayContaining(['Copy link', 'Revoke']));
    expect(linkIn(await dana.reads('invites you to Acme'))).toContain(c.story.app.origin);
  });

  test('CW-19 CW-21 a pending invitation is a row with copy, resend and revoke, for administrators alone', async () => {
    const { ada, dana, ben } = c;
    await ada.types('/org invite list');
    const list = await ada.sees(['Invitations: pending', dana.email]);
    expect(list.buttons.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Copy link', 'Resend', 'Revoke']),
    );
    await ben.types('/org invite list');
    await ben.sees('invitations:write');
    ben.doesNotSee(dana.email);
  });

  test('CW-20 CW-21 copying shows the very link that was mailed, to the caller alone, audited; nothing else changes', async () => {
    const { story, ada, ben, dana } = c;
    const mailed = linkIn(await dana.reads('invites you to Acme')) ?? 'none';
    const letters = story.app.letters.to(dana.email).length;
    const before = await story.app.audited();
    await ada.clicks('Copy link', { of: dana.email });
    await ada.sees(mailed);
    ben.doesNotSee(mailed);
    expect(await story.app.audited()).toBe(before + 1);
    expect(story.app.letters.to(dana.email)).toHaveLength(letters);
  });

  test('CW-22 CW-23 CW-27 a second invitation changes nothing and offers Resend, which mails the same link again', async () => {
    const { story, ada, dana } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org invite send ${dana.email}`);
      await ada.sees([`No invitation sent to ${dana.email}`, 'is open']);
    });
    const letters = story.app.letters.to(dana.email).length;
    const first = linkIn(await dana.reads('invites you to Acme'));
    await ada.clicks('Resend', { of: dana.email });
    await ada.sees(`Invitation sent again to ${dana.email}`);
    await expect.poll(() => story.app.letters.to(dana.email).length).toBe(letters + 1);
    expect(linkIn(await dana.reads('invites you to Acme'))).toBe(first);
  });

  test('CW-26 until they accept they are an invitation and no member', async () => {
    const { story, ada, dana } = c;
    await story.nothingHappens(async () => {
      await ada.types(`/org member show ${dana.email}`);
      await ada.sees(`No member ${dana.email} in Acme`);
      await dana.types('/org org:acme');
      await dana.sees('that you can reach from here');
    });
    await ada.types('/org');
    await ada.sees(['3 active', '1 invitation']);
  });

  test('CW-24 CW-25 a revoked link no longer works, says why, and nothing more can be done with it', async () => {
    const { story, ada, dana } = c;
    await ada.types(`/org invite revoke ${dana.email}`);
    await ada.sees(`Invitation for ${dana.email} revoked`);
    await story.nothingHappens(async () => {
      const shown = await dana.opensLink();
      expect(shown.page).toMatch(/revoked|withdrawn/i);
      const { status, page } = await dana.accepts();
      expect(status).not.toBe(200);
      expect(page).toMatch(/revoked|withdrawn/i);
      for (const verb of ['copy', 'resend', 'revoke']) {
        await ada.types(`/org invite ${verb} ${dana.email}`);
        await ada.sees(['Not done', 'revoked already']);
        await ada.types(`/org invite ${verb} nobody@acme.example`);
        await ada.sees('There is no invitation for nobody@acme.example');
      }
    });
  });

  test('CW-17 no-access and project: override the inheritance, but not with what operators alone give', async () => {
    const { story, ada } = c;
    await ada.types('/org invite send none@acme.example no-access');
    await ada.sees(['Invitation sent to none@acme.example', 'none yet']);
    await ada.types('/org invite send some@acme.example project:tenant-dev:namespace-user');
    const some = await ada.sees(['Invitation sent to some@acme.example', 'tenant-dev: namespace-user']);
    expect(some.text).not.toContain('tenant-prod');
    await story.nothingHappens(async () => {
      for (const role of ['pod-writer', 'namespace-owner']) {
        await ada.types(`/org invite send more@acme.example project:tenant-dev:${role}`);
        await ada.sees(['Not done', role === 'pod-writer' ? 'w:pods' : 'w:full']);
      }
      for (const role of ['admin', 'admin-read']) {
        await ada.types(`/org invite send more@acme.example role:${role}`);
        await ada.sees(/Nobody was invited|everybody joins as member/);
      }
    });
  });

  test('CW-15 CW-08 CW-26 whoever accepts holds what was shown, is a member, and no administrator', async () => {
    const { story, ada, dana } = c;
    const letters = story.app.letters.to(dana.email).length;
    await ada.types(`/org invite send ${dana.email}`);
    await ada.sees(`Invitation sent to ${dana.email}`);
    await expect.poll(() => story.app.letters.to(dana.email).length).toBe(letters + 1);
    await dana.opensLink();
    expect((await dana.accepts()).status).toBe(200);
    await dana.types('/org access show');
    const access = await dana.sees([
      'member (organization role)',
      'namespace-user in namespace tenant-dev',
      'namespace-user in namespace tenant-prod',
    ]);
    expect(access.text).not.toMatch(/namespace-owner|pod-writer|admin/);
    await dana.types('/access check w:pods tenant-prod');
    await dana.sees('Denied');
    await ada.types(`/org invite send ${dana.email}`);
    await ada.sees('is a member already, nothing was sent');
  });

  test('CW-25 an accepted invitation is not copied, resent or revoked', async () => {
    const { story, ada, dana } = c;
    await story.nothingHappens(async () => {
      for (const verb of ['copy', 'resend', 'revoke']) {
        await ada.types(`/org invite ${verb} ${dana.email}`);
        await ada.sees(['Not done', 'accepted already']);
      }
    });
  });

  test('CW-27 a deactivated member is not invited again: the answer offers Reactivate', async () => {
    const { story, ada, ben } = c;
    await ada.types(`/org member deactivate ${ben.email}`);
    await ada.clicks('Deactivate', { on: `Deactivate ${ben.email}?` });
    await ada.sees(`${ben.email} is deactivated`);
    await story.nothingHappens(async () => {
      await ada.types(`/org invite send ${ben.email}`);
      await ada.sees('is a deactivated member, nothing was sent');
    });
    await ada.clicks('Reactivate', { of: ben.email });
    await ada.sees(`${ben.email} is active again`);
  });
});
