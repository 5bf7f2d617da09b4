import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { noticeLeaver } from '../../src/core/member/notice-leaver.ts';
import { connectOrganization } from '../../src/core/organization/connect.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { ensureUser } from '../../src/core/user/ensure.ts';
import { type Db, rowsOf } from '../../src/db/client.ts';
import { leavers } from '../../src/jobs/leavers.ts';
import { PlatformError } from '../../src/platforms/platform.ts';
import { embeddedDatabase } from '../support/database.ts';
import { ChatService, contextOf } from './chat.ts';
import { startQueue } from './open.ts';

const NORTH = '1001';
const SOUTH = '1002';
let db: Db;
let chat: ChatService;
let look: () => Promise<void>;
let hears: (name: string, workspaceId: string) => Promise<unknown>;

const told = async (): Promise<string[]> =>
  rowsOf<{ said: string }>(
    await db.execute(sql`
      select recipient || ' in ' || workspace_id as said from messages
      where notice = 'member-left-workspace' order by created_at, recipient`),
  ).map(({ said }) => said);

const departed = async (): Promise<string[]> =>
  rowsOf<{ who: string }>(
    await db.execute(sql`select workspace_id || '/' || external_id as who from departures order by 1`),
  ).map(({ who }) => who);

const joins = async (name: string, organizationId: string): Promise<void> => {
  const email = `${name}@example.com`;
  const userId = await ensureUser(db, email);
  await db.execute(sql`
    insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by)
    select gen_random_uuid(), 'discord', '', ${name}, ${userId}, 'code'
    where not exists (select from accounts where external_id = ${name})`);
  await db.execute(
    sql`insert into principals (organization_id, id, kind) values (${organizationId}, ${userId}, 'member')`,
  );
  await db.execute(
    sql`insert into members (organization_id, user_id, email) values (${organizationId}, ${userId}, ${email})`,
  );
};

beforeAll(async () => {
  const { database } = await embeddedDatabase();
  db = database.db;
  const queue = await startQueue(database, []);
  chat = new ChatService('discord');
  const context = contextOf(db, queue, { platforms: { discord: chat } });
  look = () => leavers.run({ ...context, enqueue: async () => {} }, {});
  hears = (externalId, workspaceId) =>
    noticeLeaver(
      { ...context, enqueue: async () => {} },
      { platform: 'discord', workspaceId: '', externalId },
      workspaceId,
    );
  const found = async (name: string, workspaceId: string) => {
    const email = `${name}@example.com`;
    const userId = await ensureUser(db, email);
    const account = { platform: 'discord', workspaceId: '', externalId: name } as const;
    await db.execute(sql`
      insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by)
      values (gen_random_uuid(), 'discord', '', ${name}, ${userId}, 'code')`);
    const actor = { kind: 'account', name, operator: true, userId, email, ...account } as const;
    const workspace = { id: workspaceId, name: workspaceId };
    const ctx = { ...context, enqueue: async () => {}, actor };
    const { id, slug } = await createOrganization(ctx, { name: `${name}s`, workspace });
    return { id, slug, ctx };
  };
  const north = await found('nora', NORTH);
  const south = await found('sol', SOUTH);
  await connectOrganization(south.ctx, { slug: south.slug, workspace: { id: NORTH, name: NORTH } });
  await connectOrganization(south.ctx, { slug: south.slug, workspace: { id: '1003', name: 'closed' } });
  const west = await found('wes', '1004');
  await joins('dana', north.id);
  await joins('dana', west.id);
  await joins('eli', south.id);
});

test('while everybody is there nobody hears of anything', async () => {
  await look();
  expect(await told()).toEqual([]);
});

test('whoever leaves one guild is gone from that guild alone: its organizations hear of it, once', async () => {
  chat.gone.add(`${NORTH}/dana`);
  await look();
  await look();
  expect(await told()).toEqual([`nora in ${NORTH}`]);
  // Also a member of what is connected to both, and gone from one of the two.
  chat.gone.add(`${SOUTH}/eli`);
  await look();
  expect((await told()).filter((said) => said.startsWith('sol'))).toHaveLength(1);
  expect(await departed()).toEqual([`${NORTH}/dana`, `${SOUTH}/eli`]);
});

test('a departure that the chat tells of again, however much later, is no news', async () => {
  const before = await told();
  await db.execute(sql`delete from interactions`);
  await Promise.all([hears('dana', NORTH), hears('dana', NORTH)]);
  expect(await told()).toEqual(before);
});

test('whoever comes back and leaves again is told of again', async () => {
  const before = (await told()).length;
  chat.gone.clear();
  await look();
  expect(await departed()).toEqual([]);
  chat.gone.add(`${NORTH}/dana`);
  await look();
  expect((await told()).length).toBe(before + 1);
});

test('a guild that does not answer is no departure', async () => {
  const before = await told();
  const isThere = chat.isThere.bind(chat);
  const asked: string[] = [];
  chat.isThere = async (workspaceId, person) => {
    asked.push(workspaceId);
    if (workspaceId === '1003') throw new PlatformError('gone', 'I am not in that server.');
    return isThere(workspaceId, person);
  };
  await look();
  expect(await told()).toEqual(before);
  expect(asked.filter((workspaceId) => workspaceId === '1003')).toHaveLength(1);
});
