import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { approveRequest } from '../../src/core/request/decide.ts';
import { confirmLink } from '../../src/core/user/confirm-link.ts';
import { startLink } from '../../src/core/user/start-link.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import type { Person, World } from '../support/world.ts';
import type { Race, Run } from './race.ts';
import { APPROVED, OPEN, setStage } from './stage.ts';

/** An account that was somebody’s until two days ago, so that somebody else may link it today. */
export const formerAccount = async ({ db, workspace }: World, person: Person): Promise<Person['account']> => {
  const account = {
    platform: 'slack',
    workspaceId: workspace.id,
    externalId: `U${randomBytes(6).toString('hex').toUpperCase()}`,
  } as const;
  await db.execute(sql`
    insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by, unlinked_at)
    select gen_random_uuid(), ${account.platform}, ${account.workspaceId}, ${account.externalId}, u.id, 'code',
      clock_timestamp() - interval '2 days' from users u where u.email = ${person.email}`);
  return account;
};

/** Links an account with the code that has been mailed: the code is asked for now. */
export const linking = async (world: World, person: Person, account: Person['account']): Promise<Run> => {
  const there = { ...person, account };
  await startLink(await world.as(there), { email: person.email, workspaceName: world.workspace.name });
  const [code, ctx] = [await world.mailedCode(person.email), await world.as(there)];
  return () => confirmLink(ctx, { code });
};

/** Who is who changes while somebody approves. Links are no change of an organization, and wait for no lock of one. */
export const persons: readonly Race[] = [
  {
    name: 'abuse 7: the requester approves from a second account while it is linked',
    stage: async (world) => {
      const stage = await setStage(world, { dana: { projects: [{ project: 'etl', role: 'owner' }] } });
      const { id, dana } = stage;
      return async () => {
        const request = await stage.ask();
        const elsewhere = {
          ...dana,
          account: { platform: 'discord', workspaceId: '', externalId: randomBytes(8).toString('hex') },
        } as const;
        return {
          organizationId: id,
          runs: {
            link: await linking(world, dana, elsewhere.account),
            approve: async () =>
              approveRequest(await world.as(elsewhere), { organizationId: id, request: request.name }),
          },
          left: request.left,
        };
      };
    },
    orders: {
      'link, approve': { link: 'done', approve: 'own-request', left: OPEN },
      'approve, link': { approve: 'not-found', link: 'done', left: OPEN },
    },
  },
  {
    name: 'abuse 8: the approver links an account that was the requester’s once',
    stage: async (world) => {
      const stage = await setStage(world);
      return async () => {
        const sec = await stage.owner('Sec');
        const request = await stage.ask();
        return {
          organizationId: stage.id,
          runs: {
            approve: await request.approve(sec),
            link: await linking(world, sec, await formerAccount(world, stage.dana)),
          },
          left: request.left,
        };
      };
    },
    free: ['link'],
    orders: {
      'approve, link': { approve: 'done', link: 'done', left: APPROVED },
      'link, approve': { link: 'done', approve: 'own-request', left: OPEN },
    },
  },
  {
    name: 'abuse 8: approve against the unlinking of the account that approves',
    stage: async (world) => {
      const stage = await setStage(world);
      const { oz } = stage;
      return async () => {
        await world.db.execute(sql`
          update accounts set unlinked_at = null where external_id = ${oz.account.externalId}`);
        const request = await stage.ask();
        const his = await world.as(oz);
        return {
          organizationId: stage.id,
          runs: { approve: await request.approve(oz), unlink: () => unlinkAccount(his) },
          left: request.left,
        };
      };
    },
    free: ['unlink'],
    orders: {
      'approve, unlink': { approve: 'done', unlink: 'done', left: APPROVED },
      'unlink, approve': { unlink: 'done', approve: 'not-linked', left: OPEN },
    },
  },
];
