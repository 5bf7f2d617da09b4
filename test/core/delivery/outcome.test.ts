import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import type { Outgoing } from '../../../src/core/delivery/find.ts';
import { meanwhile } from '../../../src/core/delivery/outcome.ts';
import { answerAboutFinding, askAboutFinding } from '../../../src/core/drift/ask.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { acceptFinding, reopenFinding } from '../../../src/core/drift/settle.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { acceptInvitation } from '../../../src/core/invitation/accept.ts';
import { expireInvitations } from '../../../src/core/invitation/expire.ts';
import { revokeInvitation } from '../../../src/core/invitation/revoke.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { openOffboarding } from '../../../src/core/member/offboard.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { rowsOf } from '../../../src/db/client.ts';
import { serverDatabase } from '../../support/database.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';

const [KIM, LOU] = ['kim@example.com', 'lou@example.com'];

let world: World;
let here: Minted;
let ines: Context;
let dana: Person;

const stage = async (model?: string) => {
  here = await mintOrganization(world, 'Outcome', model);
  ines = await world.as(here.admin);
  if (model === undefined) await here.project('etl');
  dana = await here.member('Dana');
};

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database);
});
beforeEach(() => stage());

const place = () => ({ organizationId: here.id });
const whom = () => ({ ...place(), person: { email: dana.email } });
const now = async (): Promise<Date> =>
  new Date(rowsOf<{ at: string }>(await world.db.execute(sql`select clock_timestamp() as at`))[0]?.at ?? '');
/** What a message says beside its facts that was committed `at`. */
const says = async (notice: string, data: Record<string, unknown>, at?: Date) =>
  meanwhile(world.db, here.organization, {
    ...({ notice, data, organizationId: here.id } as Partial<Outgoing> as Outgoing),
    createdAt: at ?? (await now()),
  });
const late = () =>
  world.db.execute(
    sql`update invitations set expires_at = clock_timestamp() where organization_id = ${here.id} and state = 'pending'`,
  );
const invitationOf = async (email: string) =>
  rowsOf<{ id: string }>(
    await world.db.execute(
      sql`select id from invitations where organization_id = ${here.id} and email = ${email}`,
    ),
  )[0]?.id;

describe('an invitation that somebody wants', () => {
  const wanted = (email = KIM) => says('invitation-wanted', { email });
  const SENT = { outcome: 'The invitation was sent.' };
  const OPEN = { outcome: undefined };

  test('is settled by one that is open, not by one that was revoked, nor for only one of two', async () => {
    expect(await wanted()).toEqual(OPEN);
    await invite(here, KIM);
    expect(await wanted()).toEqual(SENT);
    expect(await wanted(`${KIM},${LOU}`)).toEqual(OPEN);
    await revokeInvitation(ines, { ...place(), email: KIM });
    expect(await wanted()).toEqual(OPEN);
    await invite(here, LOU);
    await acceptInvitation(world.system, { token: await here.token(LOU) });
    await invite(here, KIM);
    expect(await wanted(`${KIM},${LOU}`)).toEqual(SENT);
  });

  test('is settled by a member, not by one who was removed', async () => {
    expect(await wanted(dana.email)).toEqual(SENT);
    await deactivateMember(ines, whom());
    expect(await wanted(dana.email)).toEqual(SENT);
    await world.db.execute(sql`delete from invitations where organization_id = ${here.id}`);
    await removeMember(ines, whom());
    expect(await wanted(dana.email)).toEqual(OPEN);
  });

  test('is settled by nothing in another organization', async () => {
    const other = await mintOrganization(world, 'Other');
    await invite(other, KIM);
    expect(await wanted()).toEqual(OPEN);
  });
});

test('an invitation that somebody else tried to accept says what has become of it', async () => {
  await invite(here, KIM);
  const tried = { email: KIM, invitation: await invitationOf(KIM), address: LOU };
  expect(await says('invitation-wrong-address', tried)).toEqual({ outcome: undefined });
  await revokeInvitation(ines, { ...place(), email: KIM });
  expect(await says('invitation-wrong-address', tried)).toEqual({
    outcome: 'The invitation is revoked now.',
  });
});

test('invitations that expired say how each address stands since', async () => {
  for (const email of [KIM, LOU]) await invite(here, email);
  await late();
  await expireInvitations(world.system);
  const told = await now();
  const expired = (at?: Date) =>
    says('invitations-expired', { emails: [KIM, LOU, dana.email], count: 3 }, at ?? told);
  expect(await expired()).toEqual({ states: { [dana.email]: 'member' } });
  await invite(here, KIM);
  expect(await expired()).toEqual({ states: { [dana.email]: 'member', [KIM]: 'pending' } });
  await late();
  await expireInvitations(world.system);
  expect(await expired()).toEqual({ states: { [dana.email]: 'member', [KIM]: 'expired' } });
});

test('somebody who left the workspace is off, on, on the way out or gone', async () => {
  await stage('coreweave');
  const left = () => says('member-left-workspace', { email: dana.email, deactivated: false });
  expect(await left()).toEqual({ off: false });
  await deactivateMember(ines, whom());
  expect(await left()).toEqual({ off: true });
  await reactivateMember(ines, whom());
  await openOffboarding(ines, whom());
  expect(await left()).toEqual({ outcome: 'Their removal is under way.' });
  await reactivateMember(ines, whom());
  expect(await left()).toEqual({ off: false });
  await stage();
  await removeMember(ines, whom());
  expect(await left()).toEqual({ outcome: 'They are a member no more.', gone: true });
  const nobody = says('member-left-workspace', { email: KIM, deactivated: false });
  expect(await nobody).toEqual({ outcome: 'They are a member no more.', gone: true });
});

describe('access that ends', () => {
  const CHANGED = { outcome: 'It does not end then any more.' };
  const ENDED = { outcome: 'This access has ended.' };
  const until = async () => (await here.holder(dana)).roles.find((held) => held.until)?.until?.toISOString();
  const ending = (more: object) =>
    says('access-ending', { email: dana.email, role: 'runner', project: 'etl', ...more });
  const give = (seconds: number) =>
    giveGrant(ines, { ...whom(), project: 'etl', role: 'runner', for: { seconds } });

  test('in a project: the same role there, until the same time', async () => {
    await give(3600);
    const end = await until();
    expect(await ending({ until: end })).toEqual({ outcome: undefined });
    expect(await ending({ until: end, role: 'owner' })).toEqual(ENDED);
    expect(await ending({ until: end, project: null })).toEqual(ENDED);
    await give(7200);
    expect(await ending({ until: end })).toEqual(CHANGED);
    await revokeGrants(ines, { ...whom(), project: 'etl' });
    expect(await ending({ until: end })).toEqual(ENDED);
  });

  test('in the organization', async () => {
    await changeMemberRole(ines, { ...whom(), role: 'admin', for: { seconds: 3600 } });
    const said = { until: await until(), role: 'admin', project: null };
    expect(await ending(said)).toEqual({ outcome: undefined });
    await changeMemberRole(ines, { ...whom(), role: 'member' });
    expect(await ending(said)).toEqual(ENDED);
  });
});

test('a question about a finding, and its answer, say what became of them', async () => {
  await createRole(ines, { ...place(), name: 'idle', scope: 'project', permissions: ['flows:read'] });
  await runDrift(ines, here.organization);
  const [one] = (await listFindings(ines, here.organization, { rule: 'role-unused' })).items;
  const finding = one?.name ?? '';
  await askAboutFinding(ines, { ...place(), finding, person: { email: dana.email } });
  const [question] = rowsOf<{ id: string }>(
    await world.db.execute(sql`select id from finding_questions where organization_id = ${here.id}`),
  );
  const asked = () => says('finding-asked', { question: question?.id });
  const answered = () => says('finding-answered', { finding });
  expect(await asked()).toEqual({ outcome: undefined });
  await answerAboutFinding(await world.as(dana), {
    ...place(),
    question: question?.id ?? '',
    answer: 'wrong',
  });
  expect(await asked()).toEqual({ outcome: 'It was answered: this is wrong.' });
  expect(await answered()).toEqual({ outcome: undefined });
  await acceptFinding(ines, { ...place(), finding, reason: 'on purpose' });
  expect(await answered()).toEqual({ outcome: `${finding} is accepted now.` });
  const { organization } = await mintOrganization(world, 'Other');
  const elsewhere = { notice: 'finding-answered', data: { finding } } as Partial<Outgoing> as Outgoing;
  expect(await meanwhile(world.db, organization, elsewhere)).toEqual({ outcome: undefined });
  await reopenFinding(ines, { ...place(), finding });
  expect(await answered()).toEqual({ outcome: undefined });
});

test('what only tells says nothing more', async () => {
  expect(await says('member-removed', { by: null })).toEqual({});
  expect(await says('toString', {})).toEqual({});
});
