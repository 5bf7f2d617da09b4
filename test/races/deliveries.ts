import { sql } from 'drizzle-orm';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { invite, mintOrganization } from '../support/organization.ts';
import type { Race } from './race.ts';
import { APPROVED, setStage } from './stage.ts';

/** One delivery that comes again, and one that never was: as often as it comes, it counts once. */
export const deliveries: readonly Race[] = [
  {
    name: 'abuse 16: a signed click that is replayed approves once',
    stage: async (world) => {
      const stage = await setStage(world);
      return async () => {
        const request = await stage.ask();
        const ctx = await world.as(stage.oz, `click-${request.id}`);
        const click = () => approveRequest(ctx, { organizationId: stage.id, request: request.name });
        return {
          organizationId: stage.id,
          runs: { click: Array.from({ length: 5 }, () => click) },
          left: request.left,
        };
      };
    },
    orders: { click: { click: { done: 1, duplicate: 4 }, left: APPROVED } },
  },
  {
    name: 'abuse 19: a command that the platform delivers again asks once',
    stage: async (world) => {
      const stage = await setStage(world);
      const { id, dana } = stage;
      let number = 0;
      return async () => {
        number += 1;
        const role = number % 2 === 0 ? 'developer' : 'runner';
        await stage.ask(undefined, { role });
        await world.db.execute(sql`update requests set state = 'cancelled' where organization_id = ${id}`);
        const before = await stage.acme.sequence();
        const ctx = await world.as(dana, `command-${id}-${number}`);
        const command = () =>
          openRequest(ctx, { organizationId: id, project: 'etl', role, for: { seconds: 60 }, reason: 'x' });
        return {
          organizationId: id,
          runs: { command: [command, command, command] },
          left: async () => ({
            changes: (await stage.acme.sequence()) - before,
            open: await world.count(
              sql`select count(*) as count from requests where organization_id = ${id} and state = 'pending'`,
            ),
          }),
        };
      };
    },
    orders: { command: { command: { done: 1, duplicate: 2 }, left: { changes: 1, open: 1 } } },
  },
  {
    name: 'abuse 15: another organization’s request looks like none, whatever becomes of it meanwhile',
    stage: async (world) => {
      const stage = await setStage(world);
      const other = await mintOrganization(world, 'Other');
      // Dana is a member there too: nothing but the organization tells her requests apart.
      await invite(other, stage.dana.email);
      await acceptInvitation(world.system, { token: await other.token(stage.dana.email) });
      return async () => {
        const request = await stage.ask();
        const before = await other.sequence();
        const theirs = await world.as(other.admin);
        const forged = [
          () => approveRequest(theirs, { organizationId: other.id, request: request.id }),
          () => denyRequest(theirs, { organizationId: other.id, request: request.id, reason: 'x' }),
          () => approveRequest(theirs, { organizationId: stage.id, request: request.id }),
          () => denyRequest(theirs, { organizationId: stage.id, request: request.name, reason: 'x' }),
          () => approveRequest(theirs, { organizationId: request.id, request: request.id }),
        ];
        return {
          organizationId: stage.id,
          runs: { forged, approve: await request.approve(stage.oz) },
          left: async () => ({
            ...(await request.left()),
            elsewhere: (await other.sequence()) - before,
          }),
        };
      };
    },
    orders: Object.fromEntries(
      ['forged, approve', 'approve, forged'].map((order) => [
        order,
        { forged: { 'not-found': 5 }, approve: 'done', left: { ...APPROVED, elsewhere: 0 } },
      ]),
    ),
  },
];
