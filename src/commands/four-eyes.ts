import { commands } from './index.ts';

/** The commands that `approvals-changes` may list. */
export const listable = (): string[] =>
  commands.filter(({ root, changes }) => root === 'org' && changes).map(({ name }) => name);

/** Why `approvals-changes` cannot list it; undefined where it can. */
export const refuseChange = (name: string): string | undefined => {
  const cut = name.slice(0, 60);
  const command = commands.find((known) => known.root === 'org' && known.name === name);
  if (!command || command.name === '') return `there is no command \`/org ${cut}\`.`;
  if (command.secret) {
    return `\`${cut}\` takes or shows a secret, which no request may keep.`;
  }
  if (command.changes) return undefined;
  return `\`${cut}\` changes nothing that one person may do alone. These can be listed: ${listable().join(', ')}.`;
};
