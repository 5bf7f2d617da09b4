import type { Button } from '../../../src/views/card.ts';
import type { Form } from '../../../src/views/form.ts';
import { recordingCommands } from '../recording.ts';
import type { Started } from './start-slack.ts';

export const button = (label: string, more: Partial<Button> = {}): Button => ({
  label,
  action: { command: 'member show', args: { user: 'ben@acme.example' } },
  ...more,
});

export const form: Form = {
  kind: 'form',
  title: 'Invite somebody',
  submit: 'Send',
  action: { command: 'invite send', args: { email: 'dana@example.com', role: 'member' } },
  fields: [
    {
      name: 'email',
      label: 'E-mail',
      required: true,
      input: { kind: 'search', source: 'address', multiple: true },
      value: 'dana@example.com',
    },
    { name: 'role', label: 'Role', required: true, input: { kind: 'search', source: 'role' } },
    { name: 'reason', label: 'Reason', required: false, input: { kind: 'text', multiline: true } },
  ],
};

export const textsOf = (blocks: unknown): string => JSON.stringify(blocks);
export const blockOf = (view: { body: { blocks?: unknown } } | undefined, name: string): string =>
  (view?.body.blocks as { block_id: string }[] | undefined)?.find(({ block_id }) =>
    block_id.startsWith(`${name}.`),
  )?.block_id ?? '';

/** The place of the first control whose label is this. */
export function control(blocks: unknown, label: string): { blockId: string; actionId: string } {
  type Control = { action_id: string; text?: { text: string }; type: string };
  for (const block of blocks as { block_id: string; elements?: Control[]; accessory?: Control }[]) {
    for (const element of [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])]) {
      if (element.text?.text === label || element.type === label)
        return { blockId: block.block_id, actionId: element.action_id };
    }
  }
  throw new Error(`no control ${label}`);
}

/** Forgets what was said, so that each test begins in an empty workspace. */
export async function beginAnew(slack: Started): Promise<void> {
  await slack.workspace.reset();
  slack.received.length = 0;
  slack.lookups.length = 0;
  slack.gone.length = 0;
  Object.assign(slack.told, recordingCommands().told);
}
