import { sql } from 'drizzle-orm';
import type { Context } from '../../src/core/context.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { cancelRequest } from '../../src/core/request/cancel.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import { rowsOf } from '../../src/db/client.ts';
import { type Access, type Minted, mintOrganization } from '../support/organization.ts';
import type { Person, World } from '../support/world.ts';
import type { Run } from './race.ts';

export const HOUR = 3600;

/** What a request has come to. */
export interface Left {
  state: string;
  grants: number;
  /** For how long it was given. */
  hours: number;
  decisions: number;
  /** How often the requester was told. */
  told: number;
  audited: string[];
}

export const APPROVED: Left = {
  state: 'approved',
  grants: 1,
  hours: 1,
  decisions: 1,
  told: 1,
  audited: ['request.approved'],
};
export const DENIED: Left = {
  state: 'denied',
  grants: 0,
  hours: 0,
  decisions: 1,
  told: 1,
  audited: ['request.denied'],
};
export const OPEN: Left = { state: 'pending', grants: 0, hours: 0, decisions: 0, told: 0, audited: [] };
export const CANCELLED: Left = {
  state: 'cancelled',
  grants: 0,
  hours: 0,
  decisions: 0,
  told: 0,
  audited: ['request.cancelled'],
};

/** An organization with a project, its administrator, two owners of the project, and Dana, who asks. */
export interface Stage {
  world: World;
  acme: Minted;
  id: string;
  dana: Person;
  oz: Person;
  pia: Person;
  owner(name: string): Promise<Person>;
  set(key: string, value: string): Promise<unknown>;
  /** Gives access again that an earlier round has taken. */
  regrant(person: Person, role?: string): Promise<unknown>;
  /** Asks anew, with nothing left of what they asked for in earlier rounds. */
  ask(by?: Person, more?: Partial<Parameters<typeof openRequest>[1]>): Promise<Asked>;
}

/** A request, and what people do about it whose contexts are made now. */
export interface Asked extends Opened {
  left(): Promise<Left>;
  /** Presses the button of the card that is there now; `typed` it is a command, which has seen no card. */
  approve(by: Person, how?: { typed?: true }): Promise<Run>;
  deny(by: Person): Promise<Run>;
  cancel(by?: Person): Promise<Run>;
  edit(by?: Person, terms?: { for?: { seconds: number }; reason?: string }): Promise<Run>;
}

export const setStage = async (world: World, access: { dana?: Access } = {}): Promise<Stage> => {
  const acme = await mintOrganization(world);
  await acme.project('etl');
  const owner = (name: string) => acme.member(name, { projects: [{ project: 'etl', role: 'owner' }] });
  const [dana, oz, pia] = [await acme.member('Dana', access.dana), await owner('Oz'), await owner('Pia')];
  const stage: Stage = {
    world,
    acme,
    id: acme.id,
    dana,
    oz,
    pia,
    owner,
    set: async (key, value) =>
      setSetting(await world.as(acme.admin), {
        organizationId: acme.id,
        key,
        value,
        workspaceId: world.workspace.id,
      }),
    regrant: async (person, role = 'owner') =>
      giveGrant(await world.as(acme.admin), {
        organizationId: acme.id,
        person: { email: person.email },
        project: 'etl',
        role,
      }),
    ask: async (by = dana, more = {}) => {
      await sweep(world, acme.id, by);
      const opened = await openRequest(await world.as(by), {
        organizationId: acme.id,
        project: 'etl',
        role: 'developer',
        for: { seconds: HOUR },
        reason: 'INC-77',
        ...more,
      });
      return asked(stage, by, opened);
    },
  };
  return stage;
};

const sweep = async ({ db }: World, organizationId: string, { email }: Person): Promise<void> => {
  const theirs = sql`organization_id = ${organizationId} and requester_id in (select id from users where email = ${email})`;
  await db.execute(sql`delete from grants where organization_id = ${organizationId}
    and request_id in (select id from requests where ${theirs})`);
  await db.execute(
    sql`update requests set state = 'ended' where ${theirs} and state in ('pending', 'approved')`,
  );
};

const asked = async ({ world, id }: Stage, requester: Person, opened: Opened): Promise<Asked> => {
  const [row] = rowsOf<{ seen: string }>(
    await world.db.execute(
      sql`select content_hash as seen from requests where organization_id = ${id} and id = ${opened.id}`,
    ),
  );
  const here = { organizationId: id, request: opened.name };
  const by = async (person: Person, run: (ctx: Context) => Promise<unknown>): Promise<Run> => {
    const ctx = await world.as(person);
    return () => run(ctx);
  };
  return {
    ...opened,
    left: () => leftOf(world, id, opened),
    approve: (person, how) =>
      by(person, async (ctx) => {
        const seen = how?.typed ? undefined : row?.seen;
        return (await approveRequest(ctx, { ...here, seen })).waiting ? 'waits' : 'done';
      }),
    deny: (person) => by(person, (ctx) => denyRequest(ctx, { ...here, seen: row?.seen, reason: 'no' })),
    cancel: (person = requester) => by(person, (ctx) => cancelRequest(ctx, here)),
    edit: (person = requester, terms = { for: { seconds: 2 * HOUR } }) =>
      by(person, (ctx) => editRequest(ctx, { ...here, ...terms })),
  };
};

const leftOf = async ({ db }: World, organizationId: string, request: Opened): Promise<Left> => {
  const [row] = rowsOf<Left>(
    await db.execute(sql`
      select coalesce((select state from requests where organization_id = ${organizationId} and id = ${request.id}), 'gone') as state,
        (select count(*)::int from grants where organization_id = ${organizationId} and request_id = ${request.id}) as grants,
        (select coalesce(round(extract(epoch from max(expires_at) - clock_timestamp()) / 3600), 0)::int from grants
          where organization_id = ${organizationId} and request_id = ${request.id}) as hours,
        (select count(*)::int from decisions where organization_id = ${organizationId} and request_id = ${request.id}) as decisions,
        (select count(*)::int from messages where notice = 'request-settled' and data ->> 'requestId' = ${request.id}) as told,
        (select coalesce(json_agg(action order by sequence), '[]') from audit where organization_id = ${organizationId}
          and target = ${request.name} and action <> 'request.opened') as audited`),
  );
  if (!row) throw new Error('A count has no row');
  return { ...row };
};
