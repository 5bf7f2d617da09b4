import type { Card } from '../../views/card.ts';
import type { Pressable } from './action.ts';

/** Discord has no dialog that confirms: the question is an answer, with the button that does it. */
export const question = ({ action, confirm }: Pressable): Card => ({
  kind: 'card',
  title: confirm?.title ?? 'Are you sure?',
  text: confirm?.text ?? '',
  blocks: [
    { kind: 'text', text: confirm?.text ?? '' },
    {
      kind: 'buttons',
      buttons: [
        {
          label: confirm?.yes ?? 'Yes',
          action,
          style: confirm?.danger ? 'danger' : 'primary',
        },
      ],
    },
  ],
});
