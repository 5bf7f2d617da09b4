import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { ensureUser } from '../../src/core/user/ensure.ts';
import { rowsOf } from '../../src/db/client.ts';
import { jobs, startJobs } from '../../src/jobs/index.ts';
import { embeddedDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ChatService, contextOf, quiet, unfinished } from './chat.ts';
import { startQueue } from './open.ts';

test('every job is known under its own name, and those that run by themselves have a schedule', () => {
  expect(jobs.map(({ name, cron }) => [name, cron])).toEqual([
    ['deliver', undefined],
    ['held', '*/15 * * * * *'],
    ['home', undefined],
    ['expire', '* * * * *'],
    ['leavers', '17 * * * *'],
    ['flag-tokens', '7 * * * *'],
    ['follow-link', undefined],
    ['slots', '* * * * *'],
    ['drift-report', undefined],
    ['remind', '* * * * *'],
    ['review', undefined],
  ]);
});

test('a tick of the schedule ends what time has ended, and the inviter hears of it', async () => {
  const { database } = await embeddedDatabase();
  const { db } = database;
  const chat = new ChatService();
  const queue = await startQueue(database, jobs);
  const context = contextOf(db, queue, {
    platforms: { slack: chat },
    draw: async (message) => ({
      kind: 'card',
      title: message.notice,
      text: `${message.notice} ${JSON.stringify(message.data)}`,
      blocks: [],
    }),
  });
  const cron = await startJobs({ queue, context: () => context, log: quiet });
  const email = 'ines@example.com';
  const userId = await ensureUser(db, email);
  const account = { platform: 'slack', workspaceId: 'T1', externalId: 'U1' } as const;
  await db.execute(sql`
    insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by)
    values (gen_random_uuid(), 'slack', 'T1', 'U1', ${userId}, 'code')`);
  const ines = {
    ...context,
    actor: { kind: 'account', name: 'Ines', operator: true, userId, email, ...account } as const,
  };
  const { id: organizationId } = await createOrganization(ines, {
    name: 'Acme',
    workspace: { id: 'T1', name: 'Acme HQ' },
  });
  await sendInvitations(ines, { organizationId, emails: ['late@example.com', 'soon@example.com'] });
  await db.execute(
    sql`update invitations set expires_at = clock_timestamp() - interval '1 minute' where email = 'late@example.com'`,
  );
  await queue.tick('expire', new Date('2026-11-21T06:00:00Z'));
  await vi.waitFor(() => expect(chat.textsIn('U1').join()).toContain('late@example.com'), {
    timeout: 10_000,
  });
  const states = rowsOf<{ email: string; state: string }>(
    await db.execute(sql`select email, state from invitations order by email`),
  );
  expect(states).toEqual([
    { email: 'late@example.com', state: 'expired' },
    { email: 'soon@example.com', state: 'pending' },
  ]);
  await cron.stop();
  await eventually(async () => expect(await unfinished(db)).toBe(0));
});
