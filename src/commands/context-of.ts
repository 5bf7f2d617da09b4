import type { Context, InstallationPolicy } from '../core/context.ts';
import { DomainError } from '../core/errors.ts';
import { type Caller, identify } from '../core/user/identify.ts';
import { linkByProfile } from '../core/user/link-by-profile.ts';
import type { Act } from '../core/uses.ts';
import type { Db } from '../db/client.ts';
import type { CommandContext, Health } from './command.ts';
import type { Commands, Interaction, Profile } from './interaction.ts';
import { personOf } from './person-of.ts';

export interface Dependencies {
  db: Db;
  installation: InstallationPolicy;
  enqueue: Context['enqueue'];
  health: () => Promise<readonly Health[]>;
  left: Commands['left'];
  /** Somebody did something in chat. */
  acted?: (act: Act) => void;
  log: { error: (facts: object, message: string) => void };
}

/** Who acts, from the signed request and the database; a verified profile address links where that is allowed. */
export const contextOf = async (deps: Dependencies, interaction: Interaction): Promise<CommandContext> => {
  const { account } = interaction;
  const { installation } = deps;
  const once = interaction.input.kind === 'typed' ? undefined : interaction.input.action.once;
  const workspace = {
    id: interaction.actsIn ?? account.workspaceId,
    name: interaction.workspaceName,
    managed: interaction.managesWorkspace,
  };
  const identified = () => identify(deps.db, account, workspace.id, installation.operators);
  const contextFor = (caller: Caller): CommandContext => ({
    db: deps.db,
    installation,
    enqueue: deps.enqueue,
    log: deps.log,
    interaction: once ? `once:${account.platform}:${account.externalId}:${once}` : interaction.key,
    actor: {
      kind: 'account',
      ...account,
      name: interaction.name,
      userId: caller.userId,
      email: caller.email,
      operator: caller.operator,
    },
    caller,
    workspace,
    channel: interaction.channel,
    submitted: interaction.input.kind === 'action' && interaction.input.submitted === true,
    profile: interaction.profile,
    health: deps.health,
    personOf: (typed) => personOf(installation, interaction, typed),
  });
  const [caller, profile] = await Promise.all([identified(), interaction.profile(account.externalId)]);
  needWelcome(profile);
  if (!interaction.byItself) deps.acted?.({ ...account, actsIn: workspace.id, userId: caller.userId });
  const ctx = contextFor(caller);
  const linked = caller.userId || !profile.email ? undefined : await linkByProfile(ctx, profile.email);
  return linked ? contextFor(await identified()) : ctx;
};

const needWelcome = (profile: Profile): void => {
  if (!profile.refused) return;
  throw new DomainError(
    'forbidden',
    'Rollcall does not answer guests, bots and people of other workspaces.',
    {
      todo: 'Ask somebody who is a full member of this workspace.',
    },
  );
};

export const notLinked = (): DomainError =>
  new DomainError('not-linked', "I can't tell who you are yet.", {
    todo: 'Link this chat account to your e-mail address once, then run this again.',
  });
