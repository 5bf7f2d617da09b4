import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { App, type Logger, LogLevel } from '@slack/bolt';
import { parse } from 'yaml';
import type { ChannelSeed, PersonSeed } from '../../src/playground/workspace/site.ts';
import { createWorkspace } from '../../src/playground/workspace/workspace.ts';

export const PEOPLE: PersonSeed[] = [
  { name: 'ada', realName: 'Ada Park', email: 'ada@acme.example', admin: true },
  { name: 'ben', realName: 'Ben Ito', email: 'ben@acme.example' },
  { name: 'gil', realName: 'Gil Rook', email: 'gil@partner.example', guest: 'ultra_restricted' },
  { name: 'zoe', realName: 'Zoe Lam', email: 'zoe@other.example', teamId: 'T0OTHER000' },
];

const CHANNELS: ChannelSeed[] = [
  { name: 'general' },
  { name: 'quiet', app: false },
  { name: 'secret', private: true, app: false, members: ['ada'] },
  { name: 'ops', private: true, members: ['ada'] },
];

export const MANIFEST: unknown = parse(
  await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8'),
);

const nothing = () => {};

/** Most of these tests are about refusals, and each would print one. */
const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

/** A small Bolt app of its own behind a workspace: what a test needs it to do, it is told to. */
export async function startTinyApp(options: { manifest?: unknown; stateFile?: string } = {}) {
  let port = 0;
  const workspace = await createWorkspace({
    eventsUrl: () => `http://127.0.0.1:${port}/slack/events`,
    manifest: options.manifest ?? MANIFEST,
    people: PEOPLE,
    channels: CHANNELS,
    ...(options.stateFile ? { stateFile: options.stateFile } : {}),
  });
  const app = new App({
    token: workspace.botToken,
    signingSecret: workspace.signingSecret,
    // Otherwise Bolt checks its token whenever it gets to it, perhaps after the workspace has stopped.
    deferInitialization: true,
    clientOptions: {
      slackApiUrl: workspace.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
    logger: SILENT,
  });
  await app.init();
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the app has no port');
  port = address.port;
  return {
    app,
    workspace,
    client: app.client,
    async stop() {
      server.closeAllConnections();
      await app.stop();
      await workspace.stop();
    },
  };
}

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
});
export const button = (action_id: string, text: string, value = 'v') => ({
  type: 'button' as const,
  action_id,
  text: plain(text),
  value,
});
