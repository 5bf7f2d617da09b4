import { asc, eq, isNotNull } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDraw } from '../../src/commands/draw.ts';
import type { Context } from '../../src/core/context.ts';
import type { Outgoing } from '../../src/core/delivery/find.ts';
import { expireGrants, expireRoles } from '../../src/core/grant/expire.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { expireInvitations } from '../../src/core/invitation/expire.ts';
import { revokeInvitation } from '../../src/core/invitation/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import type { Organization } from '../../src/core/organization/organization.ts';
import { createProject } from '../../src/core/project/create.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { expireRequests } from '../../src/core/request/expire.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { confirmLink } from '../../src/core/user/confirm-link.ts';
import { startLink } from '../../src/core/user/start-link.ts';
import { grants, invitations, messages, principals, requests } from '../../src/db/schema/index.ts';
import type { Letter } from '../../src/mail/letter.ts';
import { invitationLetter } from '../../src/mail/letters/invitation.ts';
import { linkCodeLetter } from '../../src/mail/letters/link-code.ts';
import { passkeyLetter } from '../../src/mail/letters/passkey.ts';
import type { Card } from '../../src/views/card.ts';
import { embeddedDatabase } from '../support/database.ts';
import { buttonsOf } from './shown.ts';

const { database } = await embeddedDatabase();
const { db } = database;

const installation = {
  publicUrl: 'https://rollcall.example/',
  secretKey: 'a key that is used in tests alone, and long enough',
  operators: [],
  createOrganizations: 'anyone',
  linkByEmail: [],
  kubernetesNamespace: 'default',
  mail: true,
} as const satisfies Context['installation'];

const draw = createDraw<Letter>({
  db,
  installation,
  letters: { invitation: invitationLetter, linkCode: linkCodeLetter, passkey: passkeyLetter },
});

const as = (externalId: string, known: { userId?: string; email?: string } = {}): Context => ({
  db,
  actor: {
    kind: 'account',
    platform: 'slack',
    workspaceId: 'T1',
    externalId,
    name: externalId,
    operator: false,
    ...known,
  },
  installation,
  enqueue: async () => {},
});

const said = async (notice: string): Promise<Outgoing[]> =>
  db.select().from(messages).where(eq(messages.notice, notice)).orderBy(asc(messages.createdAt));

const newest = async (notice: string): Promise<Outgoing> => {
  const found = (await said(notice)).at(-1);
  if (!found) throw new Error(`Nobody was told ${notice}`);
  return found;
};

const letterOf = async (message: Outgoing): Promise<Letter> => {
  const drawn = await draw(message);
  if (!drawn || 'kind' in drawn) throw new Error('That is no letter');
  return drawn;
};

const cardOf = async (message: Outgoing): Promise<Card> => {
  const drawn = await draw(message);
  if (!drawn || !('kind' in drawn)) throw new Error('That is no card');
  return drawn;
};

const link = async (externalId: string, email: string): Promise<Context> => {
  await startLink(as(externalId), { email, workspaceName: 'Acme HQ' });
  const { text } = await letterOf(await newest('link-code'));
  const code = /code:([A-Z2-9]{8})/.exec(text)?.[1] ?? '';
  return as(externalId, await confirmLink(as(externalId), { code }));
};

const tokenIn = ({ text }: Letter): string => /\/invitations#(\S+)/.exec(text)?.[1] ?? '';

const join = async (email: string): Promise<void> => {
  await sendInvitations(ines, { organizationId: acme.id, emails: [email] });
  await acceptInvitation(
    { ...ines, actor: { kind: 'system', name: 'page' } },
    {
      token: tokenIn(await letterOf(await newest('invitation'))),
    },
  );
};

let ines: Context;
let sam: Context;
let acme: Organization;
const person = { email: 'sam@example.com' };

beforeAll(async () => {
  ines = await link('U1', 'ines@example.com');
  acme = await createOrganization(ines, { name: 'Acme', workspace: { id: 'T1', name: 'Acme HQ' } });
  await createProject(ines, { organizationId: acme.id, name: 'etl' });
  sam = await link('U2', person.email);
  await join(person.email);
});

const ask = (reason: string) =>
  openRequest(sam, {
    organizationId: acme.id,
    role: 'developer',
    project: 'etl',
    for: { seconds: 3600 },
    reason,
  });

describe('a message is drawn from what is true when it is sent', () => {
  test('the letters’ secrets work, and stand in no row', async () => {
    const rows = JSON.stringify(await db.select().from(messages));
    expect(rows).toContain('invitationId');
    await sendInvitations(ines, { organizationId: acme.id, emails: ['dana@example.com'] });
    const token = tokenIn(await letterOf(await newest('invitation')));
    expect(token).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
    const after = JSON.stringify(await db.select().from(messages));
    expect(after).not.toContain(token.slice(23));
    expect(after).not.toMatch(/code:[A-Z2-9]{8}/);
  });

  test('an invitation that was withdrawn meanwhile is not mailed', async () => {
    await sendInvitations(ines, { organizationId: acme.id, emails: ['kai@example.com'] });
    const message = await newest('invitation');
    expect((await letterOf(message)).subject).toBe('ines@example.com invites you to Acme');
    await revokeInvitation(ines, { organizationId: acme.id, email: 'kai@example.com' });
    expect(await draw(message)).toBeUndefined();
  });

  test('a code that was used or replaced meanwhile is not mailed', async () => {
    for (const message of await said('link-code')) expect(await draw(message)).toBeUndefined();
    await startLink(as('U9'), { email: 'jo@example.com', workspaceName: 'Acme HQ' });
    const first = await newest('link-code');
    expect((await letterOf(first)).text).toContain('within 15 minutes');
    await startLink(as('U9'), { email: 'jo@example.com', workspaceName: 'Acme HQ' });
    expect(await draw(first)).toBeUndefined();
  });

  test('who invited hears of the acceptance', async () => {
    const { title } = await cardOf(await newest('invitation-accepted'));
    expect(title).toBe('sam@example.com joined Acme');
  });

  test('a request’s card shows its decision to everybody, and the requester is told', async () => {
    await ask('INC-77');
    const posted = await newest('request');
    const before = await cardOf(posted);
    expect(before.title).toBe('Approval needed: developer in workspace etl');
    expect(before.text).toContain('Who: sam@example.com. Asks for: developer in workspace etl, Acme.');
    expect(before.text).toContain('adds *:create, *:read, *:update, *:delete, *:run.');
    const { request = '', org = '', seen } = buttonsOf(before)[0]?.action.args ?? {};
    await approveRequest(ines, { organizationId: org, request, seen, reason: 'ok' });
    const after = await cardOf(posted);
    expect(after.title).toBe('Approved: developer in workspace etl');
    expect(buttonsOf(after)).toEqual([]);
    const told = await cardOf(await newest('request-settled'));
    expect(told.text).toContain('Approved by: ines@example.com');
    expect(buttonsOf(told).map(({ label }) => label)).toEqual(['Extend', 'Return']);
  });

  test('a denied requester reads why, and can ask again', async () => {
    await revokeGrants(ines, { organizationId: acme.id, person, project: 'etl' });
    const { name } = await ask('once more');
    await denyRequest(ines, { organizationId: acme.id, request: name, reason: 'not today' });
    const told = await cardOf(await newest('request-settled'));
    expect(told.text).toContain('Why: “not today”. Nothing changed.');
    expect(buttonsOf(told)[0]?.action).toEqual({
      command: 'access request new',
      args: { role: 'developer', project: 'etl', org: acme.id },
    });
  });

  test('whoever had something that time has ended is told', async () => {
    const organizationId = acme.id;
    const past = new Date(Date.now() - 1000);
    await giveGrant(ines, { organizationId, person, project: 'etl', role: 'runner', for: { seconds: 60 } });
    await changeMemberRole(ines, { organizationId, person, role: 'admin', for: { seconds: 60 } });
    await ask('before it expires');
    await db.update(grants).set({ expiresAt: past });
    await db.update(principals).set({ roleUntil: past }).where(isNotNull(principals.roleUntil));
    await db.update(requests).set({ expiresAt: past }).where(eq(requests.state, 'pending'));
    await db.update(invitations).set({ expiresAt: past }).where(eq(invitations.state, 'pending'));
    const system: Context = { ...ines, actor: { kind: 'system', name: 'expire' } };
    await expireGrants(system);
    await expireRoles(system);
    await expireRequests(system);
    await expireInvitations(system);
    const ended = (await said('grant-ended')).filter(({ recipient }) => recipient === 'U2');
    expect(ended).toHaveLength(1);
    for (const message of ended) {
      expect((await cardOf(message)).title).toBe('Your access to workspace etl has ended');
    }
    const titles = ['member-role-ended', 'request-settled', 'invitations-expired'].map(
      async (notice) => (await cardOf(await newest(notice))).title,
    );
    expect(await Promise.all(titles)).toEqual([
      'Your temporary role in Acme has ended',
      'Expired without a decision: developer in workspace etl',
      '1 invitation of yours in Acme expired',
    ]);
  });

  test('every message that core writes about a member can be drawn', async () => {
    const organizationId = acme.id;
    await changeMemberRole(ines, { organizationId, person, role: 'admin', for: { seconds: 3600 } });
    await giveGrant(ines, { organizationId, person, project: 'etl', role: 'runner', reason: 'on call' });
    await revokeGrants(ines, { organizationId, person, project: 'etl', reason: 'done' });
    await giveGrant(ines, { organizationId, person, project: 'etl', role: 'runner' });
    await deleteProject(ines, { organizationId, project: 'etl' });
    await deactivateMember(ines, { organizationId, person });
    await reactivateMember(ines, { organizationId, person });
    await removeMember(ines, { organizationId, person });
    const titles = await Promise.all(
      [
        'member-role-changed',
        'grant-given',
        'grant-revoked',
        'project-deleted',
        'member-deactivated',
        'member-reactivated',
        'member-removed',
      ].map(async (notice) => (await cardOf(await newest(notice))).title),
    );
    expect(titles).toEqual([
      'Your role in Acme changed',
      'You are runner in workspace etl',
      'Your access to workspace etl was taken away',
      'The workspace etl was deleted',
      'Your membership in Acme is deactivated',
      'Your membership in Acme works again',
      'You are no longer a member of Acme',
    ]);
  });

  test('rule 8: a message that names a request of another organization draws nothing', async () => {
    const other = await createOrganization(ines, { name: 'Other', workspace: { id: 'T1', name: 'Acme HQ' } });
    const posted = await newest('request');
    const crossed = { ...posted, data: { ...posted.data, organizationId: other.id } };
    expect(await draw(crossed)).toBeUndefined();
  });

  test('a notice without a view, or with data that does not fit, is an error and not silence', async () => {
    const message = await newest('member-removed');
    await expect(draw({ ...message, notice: 'toString' })).rejects.toThrow('No view draws the notice');
    await expect(draw({ ...message, notice: 'grant-given' })).rejects.toThrow(/project/);
  });
});
