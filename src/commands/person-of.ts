import type { InstallationPolicy } from '../core/context.ts';
import { DomainError } from '../core/errors.ts';
import type { Person } from '../core/member/find.ts';
import type { TypedPerson } from './argument.ts';
import type { Interaction } from './interaction.ts';

/**
 * A typed person as the core looks for them. A mention is the chat account it names; where the workspace's verified
 * profile addresses are trusted, the address stands for people who never linked.
 */
export const personOf = async (
  installation: InstallationPolicy,
  interaction: Pick<Interaction, 'account' | 'actsIn' | 'profile'>,
  typed: TypedPerson,
): Promise<Person> => {
  if ('email' in typed) return typed;
  const { account } = interaction;
  if (installation.linkByEmail.includes(account.workspaceId)) {
    const profile = await interaction.profile(typed.mention);
    if (profile.refused === 'bot') {
      throw new DomainError('not-found', 'That is a bot, not a person.', {
        todo: 'Name a person, by mention or e-mail address.',
        field: 'user',
      });
    }
    if (profile.email) return { email: profile.email };
  }
  return {
    account: {
      platform: account.platform,
      workspaceId: account.workspaceId,
      externalId: typed.mention,
    },
  };
};
