import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createMailbox } from './mailbox.ts';
import type { FirstStep, Suggestion } from './page/wire.ts';
import { CHANNELS, PEOPLE } from './people.ts';
import { pageRoutes } from './server.ts';
import type { ChannelSeed, PersonSeed } from './workspace/site.ts';
import { createWorkspace } from './workspace/workspace.ts';

export type { Letter, Mailbox } from './mailbox.ts';
export type { FirstStep, Suggestion } from './page/wire.ts';
export type { Workspace } from './workspace/workspace.ts';

export type PlaygroundOptions = {
  /** The app's `POST /slack/events`; a function where its port is not known yet. */
  eventsUrl: string | (() => string);
  /** Puts the app's own data back to the beginning. The conversation and the mail are cleared here. */
  reset: () => Promise<void>;
  firstSteps: readonly FirstStep[];
  /** What the composer offers after a slash. */
  suggestions?: readonly Suggestion[];
  people?: readonly PersonSeed[];
  channels?: readonly ChannelSeed[];
  /** A directory of the playground's own, where the conversation is kept over a restart. */
  directory?: string;
};

export type Playground = Awaited<ReturnType<typeof startPlayground>>;

/** Starts the emulated workspace and makes the routes of its page. */
export async function startPlayground(options: PlaygroundOptions) {
  const manifest: unknown = parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8'));
  if (options.directory) await mkdir(options.directory, { recursive: true });
  const workspace = await createWorkspace({
    eventsUrl: options.eventsUrl,
    manifest,
    people: options.people ?? PEOPLE,
    channels: options.channels ?? CHANNELS,
    ...(options.directory ? { stateFile: join(options.directory, 'conversation.json') } : {}),
  });
  const mailbox = createMailbox();
  const stopping = new AbortController();
  let epoch = crypto.randomUUID();
  const declared = workspace.manifest.commands.map(({ command, description, hint }) => ({
    command,
    usage: hint,
    summary: description,
  }));
  const routes = pageRoutes({
    workspace,
    mailbox,
    epoch: () => epoch,
    suggestions: [...declared, ...(options.suggestions ?? [])],
    firstSteps: options.firstSteps,
    signal: stopping.signal,
    async reset() {
      epoch = crypto.randomUUID();
      mailbox.clear();
      await workspace.reset();
      await options.reset();
    },
  });
  return {
    slack: {
      botToken: workspace.botToken,
      signingSecret: workspace.signingSecret,
      apiUrl: workspace.apiUrl,
      teamId: workspace.teamId,
    },
    people: workspace.people(),
    channels: workspace.channels(),
    routes,
    mailbox,
    workspace,
    async stop(): Promise<void> {
      stopping.abort();
      await workspace.stop();
    },
  };
}
