import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { fixFindings } from '../../../src/core/drift/fix.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { acceptFinding, reopenFinding, snoozeFinding } from '../../../src/core/drift/settle.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { returnAccess } from '../../../src/core/grant/return.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { newId } from '../../../src/core/id.ts';
import { acceptInvitation } from '../../../src/core/invitation/accept.ts';
import { resendInvitation } from '../../../src/core/invitation/resend.ts';
import { revokeInvitation } from '../../../src/core/invitation/revoke.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { openOffboarding } from '../../../src/core/member/offboard.ts';
import { leaveOrganization, removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { reassignToken } from '../../../src/core/token/reassign.ts';
import { revokeToken } from '../../../src/core/token/revoke.ts';
import { deactivateToken, reactivateToken } from '../../../src/core/token/set-state.ts';
import type { Db } from '../../../src/db/client.ts';
import { messages } from '../../../src/db/schema/index.ts';
import { serverDatabase } from '../../support/database.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';

const INVITATIONS = ['invitation-wanted', 'invitation-wrong-address', 'invitations-expired'];
const LEFT = ['member-left-workspace'];
const ENDING = ['access-ending'];
const ANSWERED = ['finding-answered'];
/** Names nobody: what becomes of any token concerns it. */
const FLAGGED = ['tokens-flagged'];
const ALL = [...INVITATIONS, ...LEFT, ...ENDING, ...ANSWERED, ...FLAGGED];
const KIM = 'kim@example.com';
const HOUR = { seconds: 3600 };
const RULE = 'token-never-expires';

let world: World;
let here: Minted;
let ines: Context;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database);
});

const place = () => ({ organizationId: here.id });
const whom = () => ({ ...place(), person: { email: dana.email } });
const give = (for_?: { seconds: number }) =>
  giveGrant(ines, { ...whom(), project: 'etl', role: 'runner', ...(for_ ? { for: for_ } : {}) });

const found = async (): Promise<string> => {
  for (const state of ['open', 'snoozed', 'accepted', 'resolved'] as const) {
    const [one] = (await listFindings(ines, here.organization, { rule: RULE, state })).items;
    if (one) return one.name;
  }
  throw new Error('Nothing was found');
};
const finding = async () => ({ ...place(), finding: await found() });
const end = (at: string | null, db: Db = world.db) =>
  db.execute(sql`update tokens set expires_at = ${at}::timestamptz where organization_id = ${here.id}`);
const flag = async () => {
  await world.db.execute(sql`
    insert into tokens (organization_id, id, kind, name, principal_id, secret_hash, fingerprint)
    select ${here.id}, gen_random_uuid(), 'personal', 'laptop', ${await here.userId(dana.email)}, ${here.id}, 'abcd'`);
  await runDrift(ines, here.organization);
};
const FAR = '2099-01-01T00:00:00Z';
const snooze = async () => snoozeFinding(ines, { ...(await finding()), until: HOUR, reason: 'later' });
const token = () => createOrganizationToken(ines, { ...place(), name: 'ci' });
const ci = () => ({ ...place(), name: 'ci' });

interface Row {
  /** What was so before. */
  given?: () => Promise<unknown>;
  happens: () => Promise<unknown>;
  draws: readonly string[];
  model?: 'coreweave';
  names?: () => Promise<string>;
}

const invited = (happens: Row['happens']): Row => ({
  given: () => invite(here, KIM),
  happens,
  draws: INVITATIONS,
  names: async () => KIM,
});
const drifted = (happens: Row['happens'], draws = [...ANSWERED, ...FLAGGED], given = flag): Row => ({
  given,
  happens,
  draws,
  names: found,
});
const aboutToken = (happens: Row['happens'], given: Row['happens'] = token): Row => ({
  given,
  happens,
  draws: FLAGGED,
  model: 'coreweave',
});

const rows: Readonly<Record<string, Row>> = {
  'invitation.sent': { happens: () => invite(here, KIM), draws: INVITATIONS, names: async () => KIM },
  'invitation.resent': invited(() => resendInvitation(ines, { ...place(), email: KIM })),
  'invitation.revoked': invited(() => revokeInvitation(ines, { ...place(), email: KIM })),
  'invitation.accepted': invited(async () =>
    acceptInvitation(world.system, { token: await here.token(KIM) }),
  ),
  'member.deactivated': { happens: () => deactivateMember(ines, whom()), draws: LEFT },
  'member.reactivated': {
    given: () => deactivateMember(ines, whom()),
    happens: () => reactivateMember(ines, whom()),
    draws: LEFT,
  },
  'member.removed': { happens: () => removeMember(ines, whom()), draws: [...LEFT, ...ENDING] },
  'member.left': {
    happens: async () => leaveOrganization(await world.as(dana), place()),
    draws: [...LEFT, ...ENDING],
  },
  'offboarding.opened': {
    given: () => deactivateMember(ines, whom()),
    happens: () => openOffboarding(ines, whom()),
    draws: LEFT,
    model: 'coreweave',
  },
  'grant.returned': {
    given: () => give(),
    happens: async () => returnAccess(await world.as(dana), { ...place(), role: 'runner', project: 'etl' }),
    draws: ENDING,
  },
  'grant.revoked': {
    given: () => give(),
    happens: () => revokeGrants(ines, { ...whom(), project: 'etl' }),
    draws: ENDING,
  },
  'grant.changed': { given: () => give(HOUR), happens: () => give(), draws: ENDING },
  'member.role-changed': {
    happens: () => changeMemberRole(ines, { ...whom(), role: 'admin' }),
    draws: ENDING,
  },
  'finding.accepted': drifted(async () => acceptFinding(ines, { ...(await finding()), reason: 'fine' })),
  'finding.snoozed': drifted(snooze),
  'finding.reopened': drifted(
    async () => reopenFinding(ines, await finding()),
    [...ANSWERED, ...FLAGGED],
    async () => {
      await flag();
      await snooze();
    },
  ),
  'finding.fixed': drifted(
    async () =>
      fixFindings(ines, here.organization, { target: await finding(), seen: undefined }, (ctx) =>
        end(FAR, ctx.db),
      ),
    ANSWERED,
  ),
  'finding.resolved': drifted(async () => {
    await end(FAR);
    await runDrift(ines, here.organization);
  }),
  'finding.opened': drifted(
    async () => {
      await end(null);
      await runDrift(ines, here.organization);
    },
    ANSWERED,
    async () => {
      await flag();
      await end(FAR);
      await runDrift(ines, here.organization);
    },
  ),
  'token.deactivated': aboutToken(() => deactivateToken(ines, ci())),
  'token.reactivated': aboutToken(
    () => reactivateToken(ines, ci()),
    async () => {
      await token();
      await deactivateToken(ines, ci());
    },
  ),
  'token.reassigned': aboutToken(() => reassignToken(ines, { ...ci(), ...whom() })),
  'token.revoked': aboutToken(() => revokeToken(ines, ci())),
  'grant.added': { happens: () => give(), draws: [] },
};

/** Was sent to the administrator. */
const sent = async (notice: string, name: string, more: { state?: string; days?: number } = {}) => {
  const id = newId();
  const [platform, workspaceId] = ['slack', world.workspace.id];
  await world.db.insert(messages).values({
    ...{ id, organizationId: here.id, subjectId: here.id, notice, platform, workspaceId },
    ...{ recipient: here.admin.account.externalId, recipientKind: 'person' },
    data: { email: name, finding: name },
    state: more.state ?? 'sent',
    createdAt: sql`clock_timestamp() - make_interval(days => ${more.days ?? 0}::int)`,
  });
  return id;
};
const drawn = (): string[] => world.jobs.flatMap(({ data }) => data.messageId ?? []);

const stage = async (model?: 'coreweave') => {
  here = await mintOrganization(world, 'Follow', model);
  ines = await world.as(here.admin);
  if (model === undefined) await here.project('etl');
  dana = await here.member('Dana');
  await runDrift(ines, here.organization);
};

describe('what was said is drawn anew when it is settled, and nothing else is', () => {
  for (const [event, { given, happens, draws, model, names }] of Object.entries(rows)) {
    test(`by ${event}`, async () => {
      await stage(model);
      await given?.();
      const name = (await names?.()) ?? dana.email;
      const about = new Map<string, string>();
      for (const notice of ALL) {
        about.set(await sent(notice, name), notice);
        about.set(await sent(notice, 'somebody-else'), `${notice} of somebody else`);
      }
      world.jobs.length = 0;
      const before = await here.sequence();
      await happens();
      expect((await here.audited(before)).map(({ action }) => action)).toContain(event);
      const anybody = draws.includes('tokens-flagged') ? ['tokens-flagged of somebody else'] : [];
      expect(
        drawn()
          .flatMap((id) => about.get(id) ?? [])
          .sort(),
      ).toEqual([...draws, ...anybody].sort());
    });
  }
});

describe('what was said', () => {
  beforeEach(() => stage());

  test('about another finding than the one that a run resolves stays as it is', async () => {
    await flag();
    const about = await found();
    const [other] = (await listFindings(ines, here.organization, { rule: 'single-admin' })).items;
    const [mine, stays] = [
      await sent(ANSWERED[0] ?? '', about),
      await sent(ANSWERED[0] ?? '', other?.name ?? ''),
    ];
    world.jobs.length = 0;
    await end(FAR);
    await runDrift(ines, here.organization);
    expect(drawn()).toContain(mine);
    expect(drawn()).not.toContain(stays);
  });

  test('more than 30 days ago, never arrived, or in another organization, stays as it is', async () => {
    const recent = await sent('member-left-workspace', dana.email, { days: 29 });
    const stay = [
      await sent('member-left-workspace', dana.email, { days: 31 }),
      await sent('member-left-workspace', dana.email, { state: 'failed' }),
    ];
    const [mine, hers, person] = [here, ines, dana];
    await stage();
    stay.push(await sent('member-left-workspace', person.email));
    [here, ines, dana] = [mine, hers, person];
    world.jobs.length = 0;
    await deactivateMember(ines, whom());
    expect(drawn()).toContain(recent);
    for (const id of stay) expect(drawn()).not.toContain(id);
  });
});
