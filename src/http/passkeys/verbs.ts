import type { confirmStepUp } from '../../commands/confirm.ts';
import type { registerPasskey, showEnrolment } from '../../core/passkey/register.ts';
import type { showStepUp } from '../../core/step-up/show.ts';

type Result<Verb extends (...args: never[]) => unknown> = Awaited<ReturnType<Verb>>;

export type ShownEnrolment = Result<typeof showEnrolment>;
export type Registered = Result<typeof registerPasskey>;
export type ShownStepUp = Result<typeof showStepUp>;
export type ConfirmedStepUp = Result<typeof confirmStepUp>;

/** What the core does with the links of these pages. All throw `DomainError`. */
export interface PasskeyVerbs {
  showEnrolment(input: { token: string }): Promise<ShownEnrolment>;
  register(input: { token: string; response: unknown }): Promise<Registered>;
  showStepUp(input: { token: string }): Promise<ShownStepUp>;
  confirm(input: { token: string; seen: string; response: unknown }): Promise<ConfirmedStepUp>;
}
