import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import type { AccountRef, Context, PlatformName } from '../../src/core/context.ts';
import { insertMessages } from '../../src/core/message.ts';
import { type Db, rowsOf } from '../../src/db/client.ts';
import type { Delivery, JobContext } from '../../src/jobs/job.ts';
import type { Queue } from '../../src/jobs/queue.ts';
import { createMail } from '../../src/mail/send.ts';
import type { Platform, Recipient, Sent } from '../../src/platforms/platform.ts';
import type { Card } from '../../src/views/card.ts';

export const quiet = pino({ enabled: false });

/** A chat service that keeps what it is sent. `answer` may refuse by throwing, as the service would. */
export class ChatService implements Platform {
  readonly name: PlatformName;
  readonly sent: { channel: string; text: string; at: number }[] = [];
  readonly edits: { id: string; text: string }[] = [];
  readonly homes: { account: AccountRef; text: string }[] = [];
  /** Who is gone from which workspace, as `workspace/person`. */
  readonly gone = new Set<string>();
  readonly tellsOfLeavers = false;

  constructor(name: PlatformName = 'slack') {
    this.name = name;
  }

  answer: (call: 'send' | 'edit' | 'home', channel: string, text: string) => void | Promise<void> = () => {};

  async send(to: Recipient, card: Card): Promise<Sent> {
    await this.answer('send', to.id, card.text);
    this.sent.push({ channel: to.id, text: card.text, at: Date.now() });
    return { channel: to.id, id: `m${this.sent.length}` };
  }

  async edit(sent: Sent, card: Card): Promise<void> {
    await this.answer('edit', sent.channel, card.text);
    this.edits.push({ id: sent.id, text: card.text });
  }

  async home(account: AccountRef, card: Card): Promise<void> {
    await this.answer('home', account.externalId, card.text);
    this.homes.push({ account, text: card.text });
  }

  textsIn(channel: string): string[] {
    return this.sent.filter((message) => message.channel === channel).map(({ text }) => text);
  }

  async isThere(workspaceId: string, externalId: string): Promise<boolean> {
    return !this.gone.has(`${workspaceId}/${externalId}`);
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async accountByEmail(): Promise<undefined> {
    return undefined;
  }
  async health() {
    return { name: this.name, ok: true, detail: '' };
  }
}

export const card = (text: string): Card => ({ kind: 'card', title: text, text, blocks: [] });

export const contextOf = (
  db: Db,
  queue: Queue,
  delivery: Partial<Delivery> & Pick<Delivery, 'platforms'>,
): JobContext => ({
  db,
  actor: { kind: 'system', name: 'test' },
  installation: {
    publicUrl: 'http://localhost',
    secretKey: 'secret',
    operators: [],
    createOrganizations: 'operators',
    linkByEmail: [],
    kubernetesNamespace: 'default',
    mail: true,
  },
  enqueue: queue.enqueue,
  log: quiet,
  delivery: {
    mail: createMail({ from: 'rollcall@example.com' }),
    draw: async (message) => card(String(message.data.text)),
    drawHome: async (account) => card(`home of ${account.externalId}`),
    ...delivery,
  },
});

/** What a verb does: the messages and their jobs in one transaction. */
export const say = async (
  db: Db,
  enqueue: Context['enqueue'],
  messages: readonly { channel: string; text: string }[],
): Promise<string[]> =>
  db.transaction(async (tx) => {
    const jobs = await insertMessages(
      tx,
      messages.map(({ channel, text }) => ({
        platform: 'slack',
        workspaceId: 'T1',
        recipient: { kind: 'channel', id: channel },
        notice: 'test',
        data: { text },
      })),
    );
    await enqueue(tx, jobs);
    return jobs.map((job) => job.data.messageId ?? '');
  });

/** A later change of the same message. */
export const sayAgain = async (
  db: Db,
  enqueue: Context['enqueue'],
  messageId: string,
  channel: string,
  text: string,
): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(
      sql`update messages set data = ${JSON.stringify({ text })}::text::jsonb where id = ${messageId}`,
    );
    await enqueue(tx, [{ queue: 'deliver', data: { messageId }, key: `slack:T1:${channel}` }]);
  });

export const messageRows = async (db: Db) =>
  rowsOf<{
    id: string;
    state: string;
    sent_channel: string | null;
    sent_id: string | null;
    attempts: number;
    error: string | null;
  }>(
    await db.execute(sql`select id, state, sent_channel, sent_id, attempts, error from messages order by id`),
  );

export const unfinished = async (db: Db): Promise<number> => {
  const [row] = rowsOf<{ count: number }>(
    await db.execute(
      sql`select count(*)::int as count from pgboss.job where state < 'completed' and name <> 'dead-letters'`,
    ),
  );
  return row?.count ?? 0;
};

export const jobOutputs = async (db: Db) =>
  rowsOf<{ state: string; output: unknown }>(
    await db.execute(sql`select state::text, output from pgboss.job where name = 'deliver'`),
  );
