import type { confirmables } from '../../core/step-up/confirmable.ts';
import type { StepUpAction } from '../../core/step-up/spend.ts';
import type { Card } from '../../views/card.ts';
import { requestCard } from '../../views/request-card.ts';
import { decidedCard } from '../../views/request-list.ts';
import { accessInWords } from '../../views/request-terms.ts';
import type { ConfirmedStepUp } from './verbs.ts';

type Core = typeof confirmables;

/** How the page of something that is confirmed with a passkey reads. */
interface Confirmation<Shown, Done> {
  title(shown: Shown): string;
  card(shown: Shown): Card;
  yes: string;
  done(done: Done): Card;
}

export const confirmations: {
  [A in StepUpAction]: Confirmation<Awaited<ReturnType<Core[A]['show']>>, ConfirmedStepUp['done']>;
} = {
  'request.approve': {
    title: (request) => `Approve ${accessInWords(request)}?`,
    card: (request) => requestCard(request, { full: true }),
    yes: 'Approve with passkey',
    done: (decided) => decidedCard(decided, 'approved'),
  },
};
