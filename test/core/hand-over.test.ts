import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expireGrants, expireRoles } from '../../src/core/grant/expire.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { returnAccess } from '../../src/core/grant/return.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { leaveOrganization, removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { breakGlass } from '../../src/core/request/break-glass.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { followLink } from '../../src/core/request/follow-link.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { editRole } from '../../src/core/role/edit.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { rowsOf } from '../../src/db/client.ts';
import { formerAccount } from '../races/persons.ts';
import { serverDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const HOUR = 3600;

let world: World;
let operator: Person;
let acme: Minted;
let dana: Person;
let oz: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database, { operators: ['operator@example.com'] });
  operator = { ...world.stranger('Op'), email: 'operator@example.com' };
  await world.link(operator);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  await acme.project('etl');
  dana = await acme.member('Dana');
  oz = await acme.member('Oz');
});

const admin = () => world.as(acme.admin);
const here = () => ({ organizationId: acme.id });
const whom = (person = oz) => ({ ...here(), person: { email: person.email } });
const policy = async (key: string, value: string, of?: string) =>
  setSetting(await admin(), { ...here(), key, value, role: of, workspaceId: world.workspace.id });
const ask = async (by = dana, role = 'developer') =>
  openRequest(await world.as(by), { ...here(), project: 'etl', role, for: { seconds: HOUR }, reason: 'x' });
const give = async (role: string, span: { for?: { seconds: number }; from?: { seconds: number } } = {}) =>
  giveGrant(await admin(), { ...whom(), project: 'etl', role, ...span });
const own = () => give('owner');
const role = (name = 'lead') => ({ ...here(), scope: 'project', role: name }) as const;
const lead = async (scope: 'organization' | 'project' = 'project') => {
  const permissions = ['*:*', 'requests:decide', 'grants:write'];
  await customRole(acme, { scope, name: 'lead', permissions });
};
/** The jobs that links leave behind. */
const runJobs = async () => {
  for (const { queue, data } of world.jobs.splice(0)) {
    if (queue === 'follow-link') await followLink(world.system, data.userId ?? '');
  }
};

const standing = async (name: string) => {
  const told = (
    notice: string,
    person: Person,
  ) => sql`(select count(*)::int from messages where notice = ${notice}
    and organization_id = r.organization_id and recipient = ${person.account.externalId})`;
  const [row] = rowsOf<Record<string, unknown>>(
    await world.db.execute(sql`
      select r.to_operators as "toOperators", r.state, ${told('request-escalated', dana)} as told,
        ${told('request', operator)} as asked, (select count(*)::int from audit where organization_id = r.organization_id
          and action = 'request.escalated' and target = ${name}) as audited
      from requests r where organization_id = ${acme.id} and 'REQ-' || number = ${name}`),
  );
  return { ...row };
};
const copiesOf = async (id: string) =>
  rowsOf<{ id: string }>(
    await world.db.execute(sql`select id from messages where notice = 'request' and subject_id = ${id}`),
  ).map((row) => row.id);
const WAITS = { toOperators: false, state: 'pending', told: 0, asked: 0, audited: 0 };
const MOVED = { toOperators: true, state: 'pending', told: 1, asked: 1, audited: 1 };

/** How Oz, the one approver, comes to be able to decide, and how that ends. */
const losses: Readonly<Record<string, { by(): Promise<unknown>; loses(): Promise<unknown> }>> = {
  'their grant is revoked': {
    by: own,
    loses: async () => revokeGrants(await admin(), { ...whom(), project: 'etl' }),
  },
  'their grant begins later now': {
    by: own,
    loses: () => give('owner', { from: { seconds: HOUR } }),
  },
  'they give their grant back': {
    by: own,
    loses: async () => returnAccess(await world.as(oz), { ...here(), role: 'owner', project: 'etl' }),
  },
  'they return what they had asked for': {
    by: async () => {
      const asked = await ask(oz, 'owner');
      await approveRequest(await admin(), { ...here(), request: asked.name });
    },
    loses: async () => returnRequest(await world.as(oz), { ...here(), request: 'REQ-1' }),
  },
  'the clock ends their grant': {
    by: () => give('owner', { for: { seconds: HOUR } }),
    loses: async () => {
      await world.db.execute(
        sql`update grants set expires_at = clock_timestamp() where organization_id = ${acme.id} and expires_at is not null`,
      );
      await expireGrants(world.system);
    },
  },
  'the clock ends their organization role': {
    by: async () => changeMemberRole(await admin(), { ...whom(), role: 'admin', for: { seconds: HOUR } }),
    loses: async () => {
      await world.db.execute(
        sql`update principals set role_until = clock_timestamp() where organization_id = ${acme.id} and role_until is not null`,
      );
      await expireRoles(world.system);
    },
  },
  'their organization role is changed': {
    by: async () => changeMemberRole(await admin(), { ...whom(), role: 'admin' }),
    loses: async () => changeMemberRole(await admin(), { ...whom(), role: 'member' }),
  },
  'they are deactivated': { by: own, loses: async () => deactivateMember(await admin(), whom()) },
  'they are removed': { by: own, loses: async () => removeMember(await admin(), whom()) },
  'they leave': { by: own, loses: async () => leaveOrganization(await world.as(oz), here()) },
  'the role that they decide by is edited': {
    by: async () => {
      await lead();
      await give('lead');
    },
    loses: async () => editRole(await admin(), { ...role(), remove: ['requests:decide'] }),
  },
  'the role that they decide by is deleted': {
    by: async () => {
      await lead();
      await give('lead');
    },
    loses: async () => deleteRole(await admin(), { ...role(), replaceWith: 'runner' }),
  },
  'the project’s default role is taken away': {
    by: async () => setDefaultRole(await admin(), { ...here(), project: 'etl', role: 'owner' }),
    loses: async () => setDefaultRole(await admin(), { ...here(), project: 'etl', role: null }),
  },
  'others are named approvers': { by: own, loses: () => policy('approvers', dana.email) },
  'it takes more approvals than there are approvers': {
    by: own,
    loses: () => policy('approvals-required', '2'),
  },
  'their only account is unlinked': { by: own, loses: async () => unlinkAccount(await world.as(oz)) },
  'they link an account that was the requester’s': {
    by: async () => {
      await own();
      former = await formerAccount(world, dana);
    },
    loses: () => world.link({ ...oz, account: former }),
  },
  'somebody who has an account that was theirs links one that was the requester’s': {
    by: async () => {
      await own();
      uma = world.stranger('Uma');
      await world.link({ ...uma, account: await formerAccount(world, oz) });
      former = await formerAccount(world, dana);
    },
    loses: () => world.link({ ...uma, account: former }),
  },
};
let former: Person['account'];
let uma: Person;

describe('when nobody may decide a request any more the operators have it and who asked is told, in the same moment', () => {
  for (const [how, { by, loses }] of Object.entries(losses)) {
    test(`because ${how}`, async () => {
      await by();
      await policy('approvers', oz.email);
      const { name, deciders } = await ask();
      expect(deciders).toEqual([oz.email]);
      await runJobs();
      expect(await standing(name)).toEqual(WAITS);
      await loses();
      await runJobs();
      expect(await standing(name)).toEqual(MOVED);
      await approveRequest(await world.as(operator), { ...here(), request: name });
    });
  }

  test('because what an approver took in an emergency was not justified', async () => {
    await policy('approvers', oz.email, 'developer');
    await policy('break-glass', `owner:${oz.email}:1h`);
    const taken = await breakGlass(await world.as(oz), {
      ...here(),
      role: 'owner',
      project: 'etl',
      reason: 'INC-1',
    });
    const { name } = await ask();
    expect(await standing(name)).toEqual(WAITS);
    await denyRequest(await admin(), { ...here(), request: taken.name, reason: 'no incident' });
    expect(await standing(name)).toEqual(MOVED);
  });

  test('and what was taken in an emergency goes to them as well when nobody may look at it any more', async () => {
    await own();
    await policy('approvers', oz.email);
    await policy('break-glass', `developer:${dana.email}:1h`);
    const { name } = await breakGlass(await world.as(dana), {
      ...here(),
      role: 'developer',
      project: 'etl',
      reason: 'INC-1',
    });
    await revokeGrants(await admin(), { ...whom(), project: 'etl' });
    expect(await standing(name)).toEqual({ ...MOVED, state: 'approved' });
    await approveRequest(await world.as(operator), { ...here(), request: name });
    await deactivateMember(await admin(), whom());
    expect(await standing(name)).toEqual({ ...MOVED, state: 'approved' });
  });

  test('but one for a project that is deleted is cancelled, and who asked is told that', async () => {
    await own();
    const { name, id } = await ask();
    await deleteProject(await admin(), { ...here(), project: 'etl' });
    expect(await standing(name)).toEqual({ ...WAITS, state: 'cancelled' });
    const told = sql`select count(*) as count from messages where notice = 'request-settled' and subject_id = ${id}`;
    expect(await world.count(told)).toBe(1);
  });
});

test('whoever is active again has the buttons of their copy again', async () => {
  await own();
  const { id } = await ask();
  await deactivateMember(await admin(), whom());
  world.jobs.length = 0;
  await reactivateMember(await admin(), whom());
  expect(world.jobs.flatMap(({ data }) => data.messageId ?? [])).toEqual(
    expect.arrayContaining(await copiesOf(id)),
  );
});

describe('who has no chat account', () => {
  const unlinkOz = async () => {
    await own();
    await policy('approvers', oz.email);
    await unlinkAccount(await world.as(oz));
  };

  test('is not waited for: the operators are asked from the beginning', async () => {
    await unlinkOz();
    expect(await ask()).toMatchObject({ toOperators: true, deciders: [] });
  });

  test('is asked in the approvals channel, where they link an account and decide', async () => {
    await policy('approvals-channel', 'C0APPROVE');
    await unlinkOz();
    const { name, ...asked } = await ask();
    expect(asked).toMatchObject({ toOperators: false, deciders: [oz.email], channels: 1 });
    await runJobs();
    expect(await standing(name)).toEqual(WAITS);
    await world.link(oz);
    expect((await approveRequest(await world.as(oz), { ...here(), request: name })).requester).toBe(
      dana.email,
    );
  });

  test('has approved all the same, while they still could', async () => {
    await own();
    const pia = await acme.member('Pia', { projects: [{ project: 'etl', role: 'owner' }] });
    await policy('approvers', `${oz.email},${pia.email}`);
    await policy('approvals-required', '2');
    const { name } = await ask();
    await approveRequest(await world.as(oz), { ...here(), request: name });
    await unlinkAccount(await world.as(oz));
    await runJobs();
    expect(await standing(name)).toEqual(WAITS);
    expect((await approveRequest(await world.as(pia), { ...here(), request: name })).waiting).toBeUndefined();
  });

  test('has their copy of a card drawn anew, without its buttons', async () => {
    await own();
    const { id } = await ask();
    await unlinkAccount(await world.as(oz));
    await runJobs();
    expect(world.jobs.flatMap(({ data }) => data.messageId ?? [])).toEqual(
      expect.arrayContaining(await copiesOf(id)),
    );
  });
});
