import { DomainError } from '../core/errors.ts';
import { beginStepUp } from '../core/step-up/begin.ts';
import type { Card } from '../views/card.ts';
import { stepUpCard } from '../views/passkey.ts';
import type { InOrganization } from './command.ts';

/** Does it, or where that takes a passkey answers with the link on which it is confirmed. */
export const orStepUp = async (
  ctx: InOrganization,
  step: Omit<Parameters<typeof beginStepUp>[1], 'organizationId'>,
  run: () => Promise<Card>,
): Promise<Card> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'step-up')) throw error;
    return stepUpCard(await beginStepUp(ctx, { organizationId: ctx.organization.id, ...step }));
  }
};
