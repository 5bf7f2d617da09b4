import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { parse } from 'yaml';
import { createSlack } from '../../../src/platforms/slack/index.ts';
import type { ChannelSeed, PersonSeed } from '../../../src/playground/workspace/site.ts';
import { createWorkspace } from '../../../src/playground/workspace/workspace.ts';
import { recordingCommands } from '../recording.ts';

export { card } from '../recording.ts';

export const PEOPLE: PersonSeed[] = [
  { name: 'ada', realName: 'Ada Park', email: 'ada@acme.example', admin: true },
  { name: 'ben', realName: 'Ben Ito', email: 'ben@acme.example' },
  { name: 'gil', realName: 'Gil Rook', email: 'gil@partner.example', guest: 'ultra_restricted' },
  { name: 'robo', realName: 'Robo', email: 'robo@acme.example', bot: true },
  { name: 'zoe', realName: 'Zoe Lam', email: 'zoe@other.example', teamId: 'T0OTHER000' },
];

export const CHANNELS: ChannelSeed[] = [
  { name: 'general' },
  { name: 'secret', private: true, app: false, members: ['ada'] },
  { name: 'partners', external: true },
];

export const MANIFEST: unknown = parse(
  await readFile(new URL('../../../manifest.yml', import.meta.url), 'utf8'),
);

/** The app as it was installed without one of its scopes. */
export const manifestWithout = (scope: string): unknown => {
  const manifest = structuredClone(MANIFEST) as { oauth_config: { scopes: Record<string, string[]> } };
  const { scopes } = manifest.oauth_config;
  for (const [kind, names] of Object.entries(scopes)) scopes[kind] = names.filter((name) => name !== scope);
  return manifest;
};

/** The adapter behind a real HTTP server, in front of an emulated Slack. */
export async function startSlack(manifest: unknown = MANIFEST) {
  const double = recordingCommands();
  const log: string[] = [];
  let port = 0;
  const workspace = await createWorkspace({
    eventsUrl: () => `http://127.0.0.1:${port}/slack/events`,
    manifest,
    people: PEOPLE,
    channels: CHANNELS,
  });
  const slack = await createSlack({
    botToken: workspace.botToken,
    signingSecret: workspace.signingSecret,
    apiUrl: workspace.apiUrl,
    commands: double.commands,
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
  });
  const server = createServer((request, response) => slack.requestListener?.(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
  await slack.start();
  return {
    ...double,
    log,
    slack,
    workspace,
    url: `http://127.0.0.1:${port}/slack/events`,
    async stop() {
      await slack.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await workspace.stop();
    },
  };
}

export type Started = Awaited<ReturnType<typeof startSlack>>;
