import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach } from 'vitest';
import { decide } from '../../src/core/access/decide.ts';
import type { Context } from '../../src/core/context.ts';
import { openGrants } from '../../src/core/grant/open.ts';
import { warnEnds } from '../../src/core/grant/warn.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import { showRequest } from '../../src/core/request/show.ts';
import { rowsOf } from '../../src/db/client.ts';
import { embeddedDatabase } from './database.ts';
import { type Minted, mintOrganization } from './organization.ts';
import { createWorld, type Person, type World } from './world.ts';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** Dana and, in a project of her own in each test, its owner; and a clock that runs for what Dana has been given. */
export interface Passing {
  world: World;
  acme: Minted;
  owner: Person;
  dana: Person;
  project: string;
  ines(): Promise<Context>;
  ask(more?: Partial<Parameters<typeof openRequest>[1]>): Promise<Opened>;
  approve(request: string, by?: Person): ReturnType<typeof approveRequest>;
  /** What a program hears at this moment, with no job having run. */
  mayDelete(): Promise<boolean>;
  /** Time passes for everything that Dana has been given. */
  pass(seconds: number): Promise<void>;
  told(person: Person, notice: string): Promise<Record<string, unknown>[]>;
  stateOf(request: string): Promise<string>;
}

export const passingTime = (): Passing => {
  let number = 0;
  const scene = {
    ines: () => scene.world.as(scene.acme.admin),
    ask: async (more = {}) =>
      openRequest(await scene.world.as(scene.dana), {
        organizationId: scene.acme.id,
        project: scene.project,
        role: 'developer',
        for: { seconds: 2 * HOUR },
        reason: 'INC-77',
        ...more,
      }),
    approve: async (request, by = scene.owner) =>
      approveRequest(await scene.world.as(by), { organizationId: scene.acme.id, request }),
    mayDelete: async () => {
      const [answer] = await decide(scene.world.db, [
        {
          organization: scene.acme.organization,
          subject: { type: 'user', id: scene.dana.email },
          action: 'delete',
          resource: { type: 'flows', id: 'any', project: scene.project },
        },
      ]);
      return answer?.allowed === true;
    },
    pass: async (seconds) => {
      const { db } = scene.world;
      const id = await scene.acme.userId(scene.dana.email);
      const by = sql`make_interval(secs => ${seconds})`;
      await db.execute(sql`update grants set starts_at = starts_at - ${by}, expires_at = expires_at - ${by},
        warn_at = warn_at - ${by} where principal_id = ${id}`);
      await db.execute(sql`update principals set role_until = role_until - ${by},
        role_warn_at = role_warn_at - ${by} where id = ${id}`);
      await db.execute(sql`update requests set access_ends_at = access_ends_at - ${by},
        starts_at = starts_at - ${by} where requester_id = ${id} and state = 'approved'`);
    },
    told: async (person, notice) =>
      rowsOf<{ data: Record<string, unknown> }>(
        await scene.world.db.execute(sql`
          select data from messages where notice = ${notice} and recipient = ${person.account.externalId}
          order by created_at`),
      ).map((row) => row.data),
    stateOf: async (name) =>
      (await showRequest(await scene.world.as(scene.dana), scene.acme.organization, name)).request.state,
  } as Passing;
  beforeAll(async () => {
    scene.world = createWorld((await embeddedDatabase()).database);
    scene.acme = await mintOrganization(scene.world);
  });
  beforeEach(async () => {
    number += 1;
    scene.project = `etl-${number}`;
    await scene.acme.project(scene.project);
    scene.owner = await scene.acme.member('Oz', { projects: [{ project: scene.project, role: 'owner' }] });
    scene.dana = await scene.acme.member('Dana');
    for (const verb of [openGrants, warnEnds]) await verb(scene.world.system);
  });
  return scene;
};
