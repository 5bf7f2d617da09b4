import type { Accepted } from '../../core/invitation/accept.ts';
import type { InvitationOffer } from '../../core/invitation/open.ts';

export type { Accepted, InvitationOffer };

/** What the core does with an invitation's secret. Both throw `DomainError`. */
export interface InvitationVerbs {
  show(input: { token: string }): Promise<InvitationOffer>;
  accept(input: { token: string }): Promise<Accepted>;
}
