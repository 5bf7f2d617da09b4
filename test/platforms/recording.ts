import type { Commands, Interaction, Lookup } from '../../src/commands/interaction.ts';
import type { AccountRef } from '../../src/core/context.ts';
import type { Action, Card } from '../../src/views/card.ts';
import type { Choice } from '../../src/views/form.ts';

/** The port's other side: keeps what it is asked and answers what the test tells it to. */
export function recordingCommands() {
  const received: Interaction[] = [];
  const lookups: Lookup[] = [];
  const gone: AccountRef[] = [];
  const left: string[] = [];
  const told = {
    receive: async (_: Interaction): Promise<void> => {},
    wantsForm: (_: Action): boolean => false,
    decides: (_: Action): boolean => false,
    check: (_: Action): Record<string, string> | undefined => undefined,
    suggest: async (_: Lookup): Promise<readonly Choice[]> => [],
  };
  const commands: Commands = {
    receive(interaction) {
      received.push(interaction);
      return told.receive(interaction);
    },
    wantsForm: (action) => told.wantsForm(action),
    decides: (action) => told.decides(action),
    check: (action) => told.check(action),
    suggest(lookup) {
      lookups.push(lookup);
      return told.suggest(lookup);
    },
    async left(account, workspaceId) {
      gone.push(account);
      left.push(workspaceId);
    },
  };
  return { commands, received, lookups, gone, left, told };
}

export const card = (title: string, more: Partial<Card> = {}): Card => ({
  kind: 'card',
  title,
  text: `${title} in one sentence.`,
  blocks: [],
  ...more,
});
