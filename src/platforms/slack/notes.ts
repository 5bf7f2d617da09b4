import type { ModalView } from '@slack/types';
import type { Card } from '../../views/card.ts';
import type { Form } from '../../views/form.ts';
import { note } from '../notes.ts';
import { MODAL_TITLE, SECTION } from './limits.ts';
import { oneLine, plain } from './text.ts';

const APP = 'Rollcall';

/** What stands above a window: its title, or who speaks where Slack would cut that short; then the window begins with it. */
export const windowTitle = (title: string): string => (oneLine(title).length > MODAL_TITLE ? APP : title);

export const workingView = (title = APP): ModalView => ({
  type: 'modal',
  callback_id: 'working',
  title: plain(windowTitle(title), MODAL_TITLE),
  close: plain('Close', MODAL_TITLE),
  blocks: [{ type: 'section', text: plain('Working…', SECTION) }],
});

/** The way into a form where none can open by itself: a button brings a fresh trigger with it. */
export const doorway = ({ title, submit, action, again = action }: Form): Card => ({
  kind: 'card',
  title,
  text: `${title}: some details are missing. Open the form to fill them in.`,
  blocks: [
    { kind: 'text', text: 'Some details are missing.' },
    {
      kind: 'buttons',
      buttons: [
        { label: 'Open the form', says: `Open the form: ${submit}`, style: 'primary', action: again },
      ],
    },
  ],
});

export const tooLong = note(
  'The form could not open',
  'The form could not open: what was typed is longer than Slack can carry. Shorten it and try again.',
);

export const fileSent = (card: Card): Card => ({
  ...card,
  blocks: [...card.blocks, { kind: 'small', text: 'The file is in your direct messages with me.' }],
  text: `${card.text} The file is in your direct messages with me.`,
});

/** What stays to be read of an answer whose secret stood in a window. */
export const shownInWindow = (card: Card): Card =>
  card.secret
    ? {
        ...card,
        secret: undefined,
        blocks: [
          ...card.blocks.filter((block) => block.kind !== 'secret'),
          {
            kind: 'small',
            text: 'The secret itself stood in the window alone. Lost it? Rotate for a new one.',
          },
        ],
      }
    : card;
