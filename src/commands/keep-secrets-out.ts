import { findLeaks, type Leak, withoutLeaks } from '../core/leak/find.ts';
import { revokeLeaked } from '../core/leak/revoke.ts';
import type { Action } from '../views/card.ts';
import type { Command } from './command.ts';
import type { Dependencies } from './context-of.ts';
import type { Interaction } from './interaction.ts';

/**
 * Takes secrets out of what was given, before anything is kept or shown to others (threats.md, 36), and revokes tokens
 * of ours among them: they have been in a chat by now. Values that only buttons carry were drawn by us.
 */
export const keepSecretsOut = async (
  deps: Dependencies,
  interaction: Interaction,
  { command, action }: { command: Command; action: Action },
): Promise<{ action: Action; removed: string[] }> => {
  const args = { ...action.args };
  const removed: string[] = [];
  for (const [name, value] of Object.entries(args)) {
    const argument = command.args[name];
    if (argument?.hidden || argument?.secret) continue;
    const leaks = await findLeaks(value);
    if (leaks.length === 0) continue;
    args[name] = withoutLeaks(value, leaks);
    removed.push(saidOf(name, leaks));
    for (const { token } of leaks) if (token) await revokeLeaked(deps, token, interaction.name);
  }
  return { action: { ...action, args }, removed };
};

const saidOf = (name: string, leaks: readonly Leak[]): string => {
  const kinds = [...new Set(leaks.map(({ kind }) => kind))].join(', ');
  const revoked = leaks.some(({ token }) => token) ? ' A token of Rollcall is revoked by now.' : '';
  return `Taken out of \`${name}\` before anybody else saw it: what looks like a secret (${kinds}). It has been in a chat, so replace it.${revoked}`;
};
