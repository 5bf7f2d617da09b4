import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { copyInvitation } from '../../src/core/invitation/copy.ts';
import { expireInvitations } from '../../src/core/invitation/expire.ts';
import { writtenInvitation } from '../../src/core/invitation/letter.ts';
import { listInvitations } from '../../src/core/invitation/list.ts';
import { showInvitation } from '../../src/core/invitation/open.ts';
import { resendInvitation } from '../../src/core/invitation/resend.ts';
import { revokeInvitation } from '../../src/core/invitation/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { identify } from '../../src/core/user/identify.ts';
import { embeddedDatabase } from '../support/database.ts';
import { asOperator } from '../support/operators.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
});

const at = (email: string) => ({ organizationId: acme.id, email });
const address = (name: string) => world.stranger(name).email;
const accept = async (email: string) => acceptInvitation(world.system, { token: await acme.token(email) });
const send = async (emails: string[], more: object = {}) =>
  sendInvitations(await world.as(acme.admin), { organizationId: acme.id, emails, ...more });
const expireNow = (email: string) =>
  world.db.execute(sql`
    update invitations set expires_at = clock_timestamp() where email = ${email} and state = 'pending'`);
const letters = (email: string) =>
  world.count(
    sql`select count(*) as count from messages where notice = 'invitation' and recipient = ${email}`,
  );

describe('inviting', () => {
  test('PF-09 several addresses in one go each get a result of their own', async () => {
    const [fresh, member, frozen, open] = [
      address('Fr'),
      await acme.member('Me'),
      await acme.member('Fz'),
      address('Op'),
    ];
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: frozen.email },
    });
    await invite(acme, open);
    const { results, role, mailed } = await send([
      fresh,
      fresh.toUpperCase(),
      'not an address',
      member.email,
      frozen.email,
      open,
    ]);
    expect(results.map((result) => [result.email, result.outcome])).toEqual([
      [fresh, 'sent'],
      [fresh, 'pending'],
      ['not an address', 'bad-address'],
      [member.email, 'already-member'],
      [frozen.email, 'deactivated-member'],
      [open, 'pending'],
    ]);
    expect({ role, mailed }).toEqual({ role: 'member', mailed: true });
    expect(await letters(fresh)).toBe(1);
  });

  test('CW-27 inviting an address with an open invitation changes nothing', async () => {
    const email = address('Twice');
    await invite(acme, email);
    const before = await acme.sequence();
    expect((await send([email])).results[0]?.outcome).toBe('pending');
    expect(await acme.sequence()).toBe(before);
    expect(await letters(email)).toBe(1);
  });

  test('abuse 31: an address is one address in whatever form it is written', async () => {
    const email = `dana-${Date.now()}@bücher.example`;
    const forms = [
      email,
      email.toUpperCase(),
      ` ${email}`,
      email.replace('bücher', 'xn--bcher-kva'),
      `ｄ${email.slice(1)}`,
    ];
    const { results } = await send(forms);
    expect(results.map((result) => result.outcome)).toEqual(['sent', 'pending', 'pending', 'pending']);
    const lookalike = await send([`d\u0430na-${Date.now()}@example.com`]);
    expect(lookalike.results[0]?.outcome).toBe('bad-address');
    expect(new Set(results.map((result) => result.email)).size).toBe(1);
  });

  test('PF-10 the letter goes to that address alone, and makes its link when it is written', async () => {
    const email = address('Letter');
    await invite(acme, email, { projects: [{ project: 'etl', role: 'runner' }] });
    const row = await world.db.query.messages.findFirst({ where: (m, { eq }) => eq(m.recipient, email) });
    const written = await writtenInvitation(world.db, world.installation, row?.data as never);
    expect(written?.link).toBe(`https://rollcall.example.com/invitations#${await acme.token(email)}`);
    expect(JSON.stringify(row)).not.toContain(await acme.token(email));
    expect(written).toMatchObject({
      inviter: acme.admin.email,
      role: 'member',
      projects: [{ name: 'etl', role: 'runner' }],
    });
  });

  test('PF-08 only who may invite invites, and only they see invitations', async () => {
    const email = address('Guard');
    await invite(acme, email);
    const plain = await world.as(await acme.member('Plain'));
    const attempts = [
      sendInvitations(plain, { organizationId: acme.id, emails: ['x@example.com'] }),
      resendInvitation(plain, at(email)),
      copyInvitation(plain, at(email)),
      revokeInvitation(plain, at(email)),
      listInvitations(plain, acme.organization),
    ];
    for (const attempt of attempts) expect((await refusal(attempt)).code).toBe('forbidden');
  });
});

describe('accepting', () => {
  test('PF-11 and PF-12 acceptance is the registration: the role of the invitation, and no chat account', async () => {
    const person = world.stranger('New');
    await invite(acme, person.email, { role: 'admin', projects: [{ project: 'etl', role: 'runner' }] });
    expect(await accept(person.email)).toEqual({
      organization: { slug: acme.slug, name: 'Acme' },
      member: { email: person.email, role: 'admin', state: 'active' },
      projects: [{ name: 'etl', role: 'runner' }],
    });
    const caller = await identify(world.db, person.account, world.workspace.id, []);
    expect(caller.userId).toBeUndefined();
    expect((await acme.holder(person)).roles.map((held) => held.role)).toEqual(['admin', 'runner']);
    expect((await acme.audited()).slice(-3).map((event) => event.action)).toEqual([
      'grant.added',
      'invitation.accepted',
      'member.joined',
    ]);
  });

  test('CW-24 a revoked link says so, an accepted one says so, and an unknown one says nothing', async () => {
    const email = address('Rev');
    await invite(acme, email);
    const token = await acme.token(email);
    await revokeInvitation(await world.as(acme.admin), at(email));
    for (const verb of [acceptInvitation, showInvitation]) {
      expect(await refusal(verb(world.system, { token }))).toMatchObject({
        code: 'wrong-state',
        facts: { state: 'revoked' },
      });
    }
    const used = address('Used');
    await invite(acme, used);
    await accept(used);
    expect((await refusal(accept(used))).facts.state).toBe('accepted');
    const forged = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      'x',
      '',
      `${token}x`,
      token.split('.')[1] ?? '',
    ];
    const said = new Set<string>();
    for (const guess of forged) {
      for (const verb of [acceptInvitation, showInvitation]) {
        const { code, message, todo } = await refusal(verb(world.system, { token: guess }));
        said.add(`${code} ${message} ${todo}`);
      }
    }
    expect([...said]).toEqual([expect.stringMatching(/^not-found /)]);
  });

  test('rule 4: an expired link is refused although its row still says pending', async () => {
    const email = address('Late');
    await invite(acme, email);
    await expireNow(email);
    expect((await refusal(accept(email))).code).toBe('expired');
    expect((await refusal(showInvitation(world.system, { token: await acme.token(email) }))).code).toBe(
      'expired',
    );
    const { items } = await listInvitations(await world.as(acme.admin), acme.organization, {
      state: 'expired',
      size: 100,
    });
    expect(items.map((item) => item.email)).toContain(email);
    expect(await expireInvitations(world.system)).toBeGreaterThan(0);
    expect((await refusal(accept(email))).code).toBe('expired');
    expect(await expireInvitations(world.system)).toBe(0);
  });

  test('showing an invitation changes nothing, however often it is looked at', async () => {
    const email = address('Look');
    await invite(acme, email);
    const before = await acme.sequence();
    for (let i = 0; i < 5; i += 1) {
      const shown = await showInvitation(world.system, { token: await acme.token(email) });
      expect(shown).toMatchObject({ organization: { slug: acme.slug }, role: 'member', sso: false });
    }
    expect(await acme.sequence()).toBe(before);
    await accept(email);
  });
});

describe('an open invitation', () => {
  test('CW-20 and CW-21 copy shows the very link that was mailed, mints nothing, and is audited', async () => {
    const email = address('Copy');
    await invite(acme, email);
    const row = () => world.db.query.invitations.findFirst({ where: (i, { eq }) => eq(i.email, email) });
    const before = await row();
    const copied = await copyInvitation(await world.as(acme.admin), at(email));
    expect(copied.link).toBe(`https://rollcall.example.com/invitations#${await acme.token(email)}`);
    expect(await row()).toEqual(before);
    expect(await letters(email)).toBe(1);
    expect((await acme.audited()).at(-1)).toMatchObject({ action: 'invitation.copied', target: email });
  });

  test('CW-22 and CW-23 resend mails the same link again and revives an expired one', async () => {
    const email = address('Again');
    await invite(acme, email);
    const token = await acme.token(email);
    await expireNow(email);
    expect((await refusal(copyInvitation(await world.as(acme.admin), at(email)))).facts.state).toBe(
      'expired',
    );
    const { expiresAt } = await resendInvitation(await world.as(acme.admin), at(email));
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect(await acme.token(email)).toBe(token);
    expect(await letters(email)).toBe(2);
    await expireNow(email);
    await expireInvitations(world.system);
    await resendInvitation(await world.as(acme.admin), at(email));
    expect((await acceptInvitation(world.system, { token })).member.email).toBe(email);
  });

  test('CW-25 copy, resend and revoke refuse what is settled or unknown, and change nothing', async () => {
    const [accepted, revoked] = [address('Acc'), address('Rvk')];
    await invite(acme, accepted);
    await accept(accepted);
    await invite(acme, revoked);
    await revokeInvitation(await world.as(acme.admin), at(revoked));
    const before = await acme.sequence();
    for (const verb of [copyInvitation, resendInvitation, revokeInvitation]) {
      const refused = async (email: string) => refusal(verb(await world.as(acme.admin), at(email)));
      expect(await refused(accepted)).toMatchObject({ code: 'wrong-state', facts: { state: 'accepted' } });
      expect(await refused(revoked)).toMatchObject({ code: 'wrong-state', facts: { state: 'revoked' } });
      expect((await refused('nobody@example.com')).code).toBe('not-found');
    }
    expect(await acme.sequence()).toBe(before);
  });

  test('rule 8: another organization’s invitation looks like none, and its link joins its own organization', async () => {
    const globex = await mintOrganization(world, 'Globex');
    const email = address('Both');
    await invite(acme, email);
    for (const verb of [copyInvitation, resendInvitation, revokeInvitation]) {
      const theirs = verb(await world.as(globex.admin), { organizationId: globex.id, email });
      expect((await refusal(theirs)).code).toBe('not-found');
    }
    await invite(globex, email);
    expect((await accept(email)).organization.slug).toBe(acme.slug);
    expect(
      (await acceptInvitation(world.system, { token: await globex.token(email) })).organization.slug,
    ).toBe(globex.slug);
  });
});

describe('abuse 29: what an invitation gives is cut to what its inviter may still give', () => {
  const invitedBy = async (role: string, then: (email: string) => Promise<unknown>) => {
    const inviter = await acme.member('Inv', { role: 'admin' });
    const email = address('Cut');
    await sendInvitations(await world.as(inviter), {
      organizationId: acme.id,
      emails: [email],
      role,
      projects: [{ project: 'etl', role: 'developer' }],
    });
    await then(inviter.email);
    return accept(email);
  };
  const person = (email: string) => ({ organizationId: acme.id, person: { email } });

  test('abuse 29: an inviter who is no administrator any more makes none', async () => {
    const accepted = await invitedBy('admin', async (email) =>
      changeMemberRole(await world.as(acme.admin), { ...person(email), role: 'member' }),
    );
    expect(accepted).toMatchObject({ member: { role: 'member' }, projects: [] });
  });

  test('abuse 29: an inviter who still holds the access but may no longer give any, gives none', async () => {
    const accepted = await invitedBy('member', async (email) => {
      const ines = await world.as(acme.admin);
      await changeMemberRole(ines, { ...person(email), role: 'member' });
      await giveGrant(ines, { ...person(email), project: 'etl', role: 'developer' });
    });
    expect(accepted).toMatchObject({ member: { role: 'member' }, projects: [] });
  });

  test('abuse 29: a deactivated inviter gives the base membership alone', async () => {
    const accepted = await invitedBy('admin', async (email) =>
      deactivateMember(await world.as(acme.admin), person(email)),
    );
    expect(accepted).toMatchObject({ member: { role: 'member' }, projects: [] });
  });

  test('rule 12: a removed inviter’s invitations are gone', async () => {
    const accepting = invitedBy('admin', async (email) =>
      removeMember(await world.as(acme.admin), person(email)),
    );
    expect((await refusal(accepting)).facts.state).toBe('revoked');
  });
});

describe('PF-03 and PF-14: the limit on members', () => {
  test('PF-14 active members and open invitations count, at sending, accepting, resending and reactivating', async () => {
    const small = await mintOrganization(world, 'Small');
    const limit = async (value: string) => {
      const operator = await asOperator(world, small.admin);
      await setSetting(operator, { organizationId: small.id, key: 'members-limit', value, workspaceId: '' });
    };
    const byAdmin = setSetting(await world.as(small.admin), {
      organizationId: small.id,
      key: 'members-limit',
      value: '100',
      workspaceId: '',
    });
    expect((await refusal(byAdmin)).code).toBe('forbidden');
    await limit('3');
    const [one, two, three] = [address('One'), address('Two'), address('Three')];
    const { results } = await sendInvitations(await world.as(small.admin), {
      organizationId: small.id,
      emails: [one, two, three],
    });
    expect(results.map((result) => result.outcome)).toEqual(['sent', 'sent', 'limit']);
    expect(results[2]?.detail).toContain('members-limit');
    await limit('2');
    const acceptAs = async (email: string) =>
      acceptInvitation(world.system, { token: await small.token(email) });
    expect(await refusal(acceptAs(one))).toMatchObject({ code: 'limit', facts: { key: 'members-limit' } });
    await revokeInvitation(await world.as(small.admin), { organizationId: small.id, email: two });
    await acceptAs(one);
    const person = { organizationId: small.id, person: { email: one } };
    await deactivateMember(await world.as(small.admin), person);
    await sendInvitations(await world.as(small.admin), { organizationId: small.id, emails: [three] });
    expect((await refusal(reactivateMember(await world.as(small.admin), person))).code).toBe('limit');
    await expireNow(three);
    await reactivateMember(await world.as(small.admin), person);
    const again = resendInvitation(await world.as(small.admin), { organizationId: small.id, email: three });
    expect((await refusal(again)).code).toBe('limit');
    await limit('none');
    await resendInvitation(await world.as(small.admin), { organizationId: small.id, email: three });
    await acceptAs(three);
  });
});
