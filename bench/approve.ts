import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { WebClient } from '@slack/web-api';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { parse } from 'yaml';
import type { Context } from '../src/core/context.ts';
import { acceptInvitation } from '../src/core/invitation/accept.ts';
import { copyInvitation } from '../src/core/invitation/copy.ts';
import { sendInvitations } from '../src/core/invitation/send.ts';
import { createOrganization } from '../src/core/organization/create.ts';
import { createProject } from '../src/core/project/create.ts';
import { openRequest } from '../src/core/request/open.ts';
import { linkByProfile } from '../src/core/user/link-by-profile.ts';
import { openDatabase, rowsOf } from '../src/db/client.ts';
import { jobs } from '../src/jobs/index.ts';
import { createQueue } from '../src/jobs/queue.ts';
import { controlsOf } from '../src/playground/workspace/controls.ts';
import type { Message } from '../src/playground/workspace/site.ts';
import { createWorkspace } from '../src/playground/workspace/workspace.ts';
import { SECRET_KEY, startApp } from '../test/support/app.ts';
import { quantile, type Result } from './measure.ts';
import type { Site } from './site.ts';

/** The double takes 5,000 calls an hour, so there are several of them in turn. */
const STAGES = 4;
const COUNT = 50;
const WARM_UP = 5;
const APPROVERS = 10;

/**
 * From the press of Approve until the card is redrawn, for whoever pressed it and in the last of ten approvers' direct
 * messages: the true app, Slack's double, and a server that writes to disk. Beside it, ten bare edits of the same cards.
 */
export const approve = async (site: Site): Promise<Result[]> => {
  const times = { pressed: [] as number[], last: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn < STAGES; turn++) {
    const stage = await openStage(await site.database());
    try {
      for (let index = 0; index < WARM_UP + COUNT; index++) {
        const { pressed, last } = await stage.approve(index);
        const bare = await stage.editAll();
        if (index < WARM_UP) continue;
        times.pressed.push(pressed);
        times.last.push(last);
        times.bare.push(bare);
      }
    } finally {
      await stage.stop();
    }
  }
  const result = (what: string, ours: readonly number[], share: number): Result => ({
    what: `from the click to ${what}, ${share === 0.5 ? 'p50' : 'p99'}`,
    unit: 'ms',
    ours: quantile(ours, share),
    beside: `${APPROVERS} bare edits of the same cards`,
    theirs: quantile(times.bare, share),
  });
  return [0.5, 0.99].flatMap((share) => [
    result('the presser’s redrawn card', times.pressed, share),
    result(`the last of ${APPROVERS} redrawn cards`, times.last, share),
  ]);
};

const emailOf = (name: string): string => `${name}@acme.example`;

/** The app in front of a workspace, and an organization whose ten administrators are asked directly. */
const openStage = async (url: string) => {
  const approvers = Array.from({ length: APPROVERS }, (_, index) => `approver${index}`);
  let address = '';
  const workspace = await createWorkspace({
    eventsUrl: () => `${address}/slack/events`,
    manifest: parse(await readFile(new URL('../manifest.yml', import.meta.url), 'utf8')),
    people: [...approvers, 'cleo'].map((name) => ({ name, realName: name, email: emailOf(name) })),
    channels: [{ name: 'general' }],
  });
  const { botToken, signingSecret, apiUrl, teamId } = workspace;
  const database = await openDatabase({ url, dataDir: '' });
  const app = await startApp({
    chat: { slack: { botToken, signingSecret, apiUrl } },
    listens: (origin) => {
      address = origin;
    },
    database,
  });
  const queue = await createQueue({ database, log: pino({ level: 'silent' }), jobs });
  const people = await gather({ db: database.db, enqueue: queue.enqueue }, teamId, {
    administrators: approvers,
    member: 'cleo',
    idOf: (name) => workspace.person(name).id,
  });
  const client = new WebClient(botToken, { slackApiUrl: apiUrl });

  const until = (what: string, done: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!done()) return;
        clearTimeout(timer);
        stop();
        resolve();
      };
      const stop = workspace.onChange(check);
      const timer = setTimeout(() => reject(new Error(`${what} took longer than 30 s`)), 30_000);
      check();
    });
  const quiet = async (): Promise<void> => {
    const open = sql`select 1 from pgboss.job where name = 'deliver' and state < 'completed' limit 1`;
    while (rowsOf(await database.db.execute(open)).length > 0) await delay(5);
  };
  const isApproved = ({ blocks }: Message): boolean => JSON.stringify(blocks).includes('Approved: ');
  let cards: Message[] = [];

  return {
    /** How many milliseconds it took, for whoever pressed and for the last of all. */
    approve: async (index: number): Promise<{ pressed: number; last: number }> => {
      const { organizationId, administrator, member } = people;
      const project = `project-${index}`;
      await createProject(administrator, { organizationId, name: project });
      await openRequest(member, {
        organizationId,
        role: 'developer',
        project,
        for: { seconds: 3600 },
        reason: 'to measure it',
      });
      await until('asking', () => {
        cards = workspace.site.messages.filter(({ blocks }) => JSON.stringify(blocks).includes(project));
        return cards.length === APPROVERS;
      });
      await quiet();
      const name = approvers[index % APPROVERS] ?? '';
      const { id } = await workspace.place(name, 'app');
      const card = cards.find(({ channel }) => channel === id);
      const button = controlsOf(card?.blocks ?? []).find(({ label }) => label === 'Approve');
      if (!card || !button) throw new Error(`${name} has no card with Approve`);
      const started = performance.now();
      const pressed = until('the pressed card', () => isApproved(card)).then(
        () => performance.now() - started,
      );
      const last = until('the last card', () => cards.every(isApproved)).then(
        () => performance.now() - started,
      );
      const { blockId, actionId } = button;
      await workspace.click(name, { channel: card.channel, message: card.ts }, { blockId, actionId });
      const times = { pressed: await pressed, last: await last };
      await quiet();
      return times;
    },
    editAll: async (): Promise<number> => {
      const started = performance.now();
      await Promise.all(
        cards.map(({ channel, ts, text, blocks }) =>
          client.chat.update({ channel, ts, text, blocks: JSON.parse(JSON.stringify(blocks)) }),
        ),
      );
      return performance.now() - started;
    },
    stop: async () => {
      await queue.stop();
      await app.stop();
      await workspace.stop();
    },
  };
};

/** Makes the organization with everybody in it, by the verbs that people use, each linked by their profile's address. */
const gather = async (
  parts: Pick<Context, 'db' | 'enqueue'>,
  teamId: string,
  who: { administrators: readonly string[]; member: string; idOf: (name: string) => string },
) => {
  const installation: Context['installation'] = {
    publicUrl: 'https://rollcall.example.com',
    secretKey: SECRET_KEY,
    operators: [],
    createOrganizations: 'anyone',
    linkByEmail: [teamId],
    kubernetesNamespace: 'default',
    mail: false,
  };
  const actAs = async (name: string): Promise<Context> => {
    const account = {
      kind: 'account',
      platform: 'slack',
      workspaceId: teamId,
      externalId: who.idOf(name),
      name,
      operator: false,
    } as const;
    const linked = await linkByProfile({ ...parts, installation, actor: account }, emailOf(name));
    return { ...parts, installation, actor: { ...account, ...linked } };
  };
  const [first = '', ...others] = who.administrators;
  const administrator = await actAs(first);
  const { id: organizationId } = await createOrganization(administrator, {
    name: 'Acme',
    workspace: { id: teamId, name: 'Acme' },
  });
  const joins = async (name: string, role: string): Promise<Context> => {
    const email = emailOf(name);
    await sendInvitations(administrator, { organizationId, emails: [email], role });
    const { link } = await copyInvitation(administrator, { organizationId, email });
    await acceptInvitation(administrator, { token: link.slice(link.indexOf('#') + 1) });
    return actAs(name);
  };
  for (const name of others) await joins(name, 'admin');
  return { organizationId, administrator, member: await joins(who.member, 'member') };
};
