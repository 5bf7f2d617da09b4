import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { decide } from '../../../src/core/access/decide.ts';
import { verifyChain } from '../../../src/core/audit/verify.ts';
import type { Context } from '../../../src/core/context.ts';
import { acceptInvitation } from '../../../src/core/invitation/accept.ts';
import { requestName, requestState } from '../../../src/core/request/find.ts';
import { drawnRequest } from '../../../src/core/request/show.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { type Db, rowsOf } from '../../../src/db/client.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import type { TurnedClock } from '../../support/turned-clock.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';
import { LIFE, MEANINGS, type Moment, TAKEN, type Who } from './step.ts';

export const PROJECT = 'etl';
export const ROLE = 'shifting';

export interface Cast {
  clock: TurnedClock;
  world: World;
  dana: Person;
  oz: Person;
  pia: Person;
  olga: Person;
}

/** Everybody who plays, in every organization anew. */
export const gather = async (clock: TurnedClock): Promise<Cast> => {
  const world = createWorld(clock.database, { operators: ['olga@operators.example'] });
  const olga = { ...world.stranger('Olga'), email: 'olga@operators.example' };
  await world.link(olga);
  const [dana, oz, pia] = [await world.person('Dana'), await world.person('Oz'), await world.person('Pia')];
  return { clock, world, dana, oz, pia, olga };
};

/** A fresh organization with Dana, who may ask, and Oz and Pia, who own the project. */
export interface Scene extends Cast {
  acme: Minted;
  people: Record<Who, Person>;
  born: Date;
  /** The hash of the first card of each request. */
  first: Map<number, string>;
  /** The context of one delivery of somebody's; the same key is the same delivery again. */
  as(who: Who, key?: string): Promise<Context>;
}

export const stage = async (cast: Cast, breakGlass: boolean): Promise<Scene> => {
  const { world, clock } = cast;
  const acme = await mintOrganization(world, 'Life');
  await acme.project(PROJECT);
  const owner = { projects: [{ project: PROJECT, role: 'owner' }] };
  for (const [person, access] of [
    [cast.dana, {}],
    [cast.oz, owner],
    [cast.pia, owner],
  ] as const) {
    await invite(acme, person.email, access);
    await acceptInvitation(world.system, { token: await acme.token(person.email) });
  }
  const ines = await world.as(acme.admin);
  await createRole(ines, { organizationId: acme.id, name: ROLE, permissions: MEANINGS[0] });
  const set = async (key: string, value: unknown) => {
    await world.db.execute(sql`insert into settings (organization_id, key, value)
      values (${acme.id}, ${key}, ${JSON.stringify(value)}::jsonb)`);
  };
  await set('request-life', LIFE * 3600);
  if (breakGlass)
    await set('break-glass', [{ role: ROLE, people: [cast.dana.email], seconds: TAKEN * 3600 }]);
  const { dana, oz, pia, olga } = cast;
  const people = { dana, oz, pia, olga, ines: acme.admin };
  return {
    ...cast,
    acme,
    people,
    born: await clock.now(),
    first: new Map(),
    as: async (who, key) => world.as(people[who], key),
  };
};

/** The same context over a connection that is killed at this moment of its transaction. */
export const losing = (ctx: Context, when: Moment): Context => {
  const { db } = ctx;
  const transaction: Db['transaction'] = async (run) => {
    const result = await db.transaction(async (tx) => {
      const [row] = rowsOf<{ pid: number }>(await tx.execute(sql`select pg_backend_pid() as pid`));
      const kill = () => db.execute(sql`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`);
      const midway = typeof when === 'number' ? setTimeout(when).then(kill) : undefined;
      try {
        return await run(tx);
      } finally {
        await midway;
        if (when === 'before') await kill();
      }
    });
    if (when === 'after') throw new Error('The answer was lost');
    return result;
  };
  return {
    ...ctx,
    db: new Proxy(db, {
      get: (of, key) => (key === 'transaction' ? transaction : Reflect.get(of, key)),
    }),
  };
};

const TRIED: readonly [type: string, action: string][] = [
  ['flows', 'delete'],
  ['flows', 'run'],
  ['flows', 'update'],
  ['registry', 'write'],
];

/** What a program hears about Dana at this moment. */
const answered = async ({ world, acme, dana }: Scene): Promise<string[]> => {
  const answers = await decide(
    world.db,
    TRIED.map(([type, action]) => ({
      organization: acme.organization,
      subject: { type: 'user', id: dana.email },
      action,
      resource: { type, id: 'any', project: PROJECT },
    })),
  );
  return TRIED.flatMap(([type, action], at) => (answers[at]?.allowed ? [`${type}:${action}`] : [])).sort();
};

export interface Seen {
  requests: {
    state: string;
    noted: string;
    operators: boolean;
    counted: string[];
    ends: number | null;
    settled: number;
    escalated: number;
  }[];
  grants: Record<string, { from: number | null; until: number | null; request: string; opens: boolean }>;
  allowed: string[];
  chain: unknown;
}

/** Everything that there is to see of the life, with times in hours since its beginning. */
export const look = async (scene: Scene): Promise<Seen> => {
  const { world, acme, born } = scene;
  const hours = (at: string | Date | null): number | null =>
    at === null ? null : (new Date(at).getTime() - born.getTime()) / 3_600_000;
  const { db } = world;
  const rows = await db.query.requests.findMany({
    where: (table, { eq }) => eq(table.organizationId, acme.id),
    orderBy: (table) => table.number,
  });
  const told = rowsOf<{ notice: string; request: string; count: number }>(
    await db.execute(sql`
      select notice, coalesce(subject_id::text, data ->> 'request') as request, count(*)::int as count
      from messages where organization_id = ${acme.id} and notice in ('request-settled', 'request-escalated')
      group by 1, 2`),
  );
  const toldOf = (notice: string, request: string): number =>
    told.find((one) => one.notice === notice && one.request === request)?.count ?? 0;
  const now = await scene.clock.now();
  const seen: Seen['requests'] = [];
  for (const row of rows) {
    const state = requestState(row, now);
    const drawn = state === 'pending' ? await drawnRequest(db, acme.id, row.id) : undefined;
    scene.first.set(row.number, scene.first.get(row.number) ?? row.contentHash);
    seen.push({
      state,
      noted: row.state,
      operators: row.toOperators,
      counted: drawn ? drawn.approvals.counted.map(({ by }) => by).sort() : [],
      ends: hours(row.accessEndsAt),
      settled: toldOf('request-settled', row.id),
      escalated: toldOf('request-escalated', requestName(row)),
    });
  }
  const given = rowsOf<{
    role: string;
    from: string | null;
    until: string | null;
    request: number;
    opens: boolean;
  }>(
    await world.db.execute(sql`
      select r.name as role, g.starts_at as "from", g.expires_at as until, q.number as request,
        g.opens_version is not null as opens
      from grants g join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      left join requests q on q.organization_id = g.organization_id and q.id = g.request_id
      where g.organization_id = ${acme.id} and g.principal_id = ${await acme.userId(scene.dana.email)}`),
  );
  return {
    requests: seen,
    grants: Object.fromEntries(
      given.map(({ role, from, until, request, opens }) => [
        role,
        { from: hours(from), until: hours(until), request: `REQ-${request}`, opens },
      ]),
    ),
    allowed: await answered(scene),
    chain: (await verifyChain(world.db, acme.id)).broken,
  };
};

/** The hash of the card as it is drawn now. */
export const cardNow = async ({ world, acme }: Scene, number: number): Promise<string | undefined> => {
  const row = await world.db.query.requests.findFirst({
    where: (table, { and, eq }) => and(eq(table.organizationId, acme.id), eq(table.number, number)),
  });
  return row?.contentHash;
};
