/** Stable names of every refusal. Surfaces match on these, never on text. */
export type ErrorCode =
  | 'not-linked'
  | 'not-member'
  | 'deactivated'
  | 'forbidden'
  | 'not-given'
  | 'invalid'
  | 'not-found'
  | 'ambiguous'
  | 'taken'
  | 'wrong-state'
  | 'already-member'
  | 'deactivated-member'
  | 'invitation-pending'
  | 'not-invited-yet'
  | 'last-admin'
  | 'limit'
  | 'expired'
  | 'own-request'
  | 'needs-approval'
  | 'changed'
  | 'unavailable'
  | 'duplicate'
  | 'which-organization'
  | 'wrong-code'
  | 'sso-required'
  | 'sso-failed'
  | 'step-up'
  | 'no-passkey'
  | 'unproven'
  | 'used';

/**
 * A refusal that a user may read: `message` says what did not happen and why, `todo` what to do instead.
 * `facts` are the values that a surface needs to offer the next step as a button; never a secret.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly todo: string | undefined;
  readonly field: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
  /** What there is that was most likely meant in the field, best first: only what the actor may know of. */
  readonly near: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    more: { todo?: string; field?: string; facts?: Record<string, string>; near?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.todo = more.todo;
    this.field = more.field;
    this.facts = more.facts ?? {};
    this.near = more.near ?? [];
  }

  /** All of it, where one string has to do. */
  get whole(): string {
    return this.todo === undefined ? this.message : `${this.message} ${this.todo}`;
  }
}
