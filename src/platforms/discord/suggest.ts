import {
  type APIApplicationCommandAutocompleteInteraction,
  InteractionResponseType,
  type REST,
  Routes,
} from 'discord.js';
import { commandNamed } from '../../commands/index.ts';
import type { Commands, Interaction } from '../../commands/interaction.ts';
import { ORGANIZATION_KEY } from '../../commands/parse.ts';
import type { Action } from '../../views/card.ts';
import type { Choice, Field, Form, Input } from '../../views/form.ts';
import { within } from '../within.ts';
import { actionOf } from './form.ts';
import { chosen } from './input.ts';
import * as limits from './limits.ts';

type Asking = Pick<Interaction, 'account' | 'actsIn' | 'profile'>;

interface Suggesting {
  commands: Pick<Commands, 'suggest'>;
  quick: REST;
}

const SUGGEST_WITHIN = 2_500;
const ORGANIZATION: Input = { kind: 'search', source: 'organization' };

/** What somebody may type that is on no list: an address, a project that they do not see. */
const TYPED_FREELY = new Set(['address', 'person', 'project-and-role', 'permission', 'command']);

/** What a search field of a window can be chosen from; nothing where the list may be longer than a window takes. */
export async function offersFor(
  { commands }: Suggesting,
  asking: Asking,
  field: Field,
  form: Form,
): Promise<readonly Choice[]> {
  if (field.input.kind !== 'search') return [];
  const { source } = field.input;
  const free =
    TYPED_FREELY.has(source) || (source === 'project' && form.action.command === 'access request new');
  if (free) return [];
  const found = await commands.suggest({ ...asking, source, action: actionOf(form), typed: '' });
  return found.length >= limits.OPTIONS ? [] : found;
}

/** Answers while somebody types into an option. */
export async function answerTyping(
  suggesting: Suggesting,
  payload: APIApplicationCommandAutocompleteInteraction,
  asking: Asking,
): Promise<void> {
  const { action, focused = '' } = chosen(payload.data.name, payload.data.options);
  const choices = await within(SUGGEST_WITHIN, offered(suggesting, asking, action, focused));
  const body = {
    type: InteractionResponseType.ApplicationCommandAutocompleteResult,
    data: { choices: choices ?? [] },
  };
  await suggesting.quick.post(Routes.interactionCallback(payload.id, payload.token), { body, auth: false });
}

async function offered({ commands }: Suggesting, asking: Asking, action: Action, focused: string) {
  const argument = commandNamed(action.command)?.args[focused];
  const input = argument?.input ?? (focused === ORGANIZATION_KEY ? ORGANIZATION : undefined);
  if (!input) return [];
  const all = action.args[focused] ?? '';
  // Of a list the last item is being typed.
  const start = argument?.list ? all.lastIndexOf(',') + 1 : 0;
  const typed = all.slice(start).trimStart();
  const found =
    input.kind === 'search'
      ? await commands.suggest({ ...asking, source: input.source, action, typed })
      : input.kind === 'choice'
        ? input.options.filter(({ value, label }) =>
            `${value} ${label}`.toLowerCase().includes(typed.toLowerCase()),
          )
        : [];
  return found
    .map(({ value, label }) => ({
      name: `${all.slice(0, start)}${label}`.slice(0, limits.CHOICE_TEXT),
      value: `${all.slice(0, start)}${value}`,
    }))
    .filter(({ value }) => value.length > 0 && value.length <= limits.CHOICE_TEXT)
    .slice(0, limits.CHOICES);
}
