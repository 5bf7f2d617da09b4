import { join } from 'node:path';
import { commands } from '../commands/index.ts';
import type { Context } from '../core/context.ts';
import { clear } from '../db/clear.ts';
import type { Database } from '../db/client.ts';
import { FIRST_STEPS } from './first-steps.ts';
import { startPlayground } from './index.ts';
import { seedStory } from './seed.ts';

/** The playground as the app runs it: the emulated workspace, and the organization that a visitor finds in it. */
export const play = async (parts: {
  eventsUrl: () => string;
  dataDir: string;
  context: () => Context;
  database: Database;
}) => {
  const playground = await startPlayground({
    eventsUrl: parts.eventsUrl,
    directory: parts.dataDir === ':memory:' ? undefined : join(parts.dataDir, 'playground'),
    firstSteps: FIRST_STEPS,
    suggestions: commands
      .filter((command) => command.name !== '')
      .map((command) => ({
        command: `/${command.root} ${command.name}`,
        usage: Object.entries(command.args)
          .filter(([, argument]) => !argument.hidden)
          .map(([name, argument]) => (argument.required ? name : `[${name}]`))
          .join(' '),
        summary: command.summary,
      })),
    reset: async () => {
      await clear(parts.database);
      await seed();
    },
  });
  const seed = async (): Promise<void> =>
    seedStory(parts.context(), {
      workspace: { id: playground.slack.teamId, name: 'Acme' },
      people: playground.people,
      channels: playground.channels,
    });
  return { ...playground, operators: ['ada@acme.example'], seed };
};
