import { DomainError } from '../../core/errors.ts';
import type { Problem } from '../problem.ts';

const UNKNOWN: Problem = {
  status: 404,
  code: 'unknown',
  title: 'No invitation belongs to this link.',
};

/** A refusal of the core as section 7 of the contract puts it into HTTP; undefined for what is no refusal. */
export const refusalOf = (error: unknown): Problem | undefined => {
  if (!(error instanceof DomainError)) return undefined;
  const { code, message, todo, facts } = error;
  const detail = todo === undefined ? message : `${message} ${todo}`;
  switch (code) {
    case 'not-found':
      return UNKNOWN;
    case 'expired':
      return { status: 410, code: 'expired', title: 'This invitation has expired.', detail };
    case 'wrong-state':
      return facts.state === 'revoked'
        ? { status: 410, code: 'revoked', title: 'This invitation was withdrawn.', detail }
        : { status: 410, code: 'accepted', title: 'This invitation was accepted already.', detail };
    case 'sso-required':
      return {
        status: 403,
        code: 'sso-required',
        title: 'This invitation asks for a sign-in.',
        detail,
        ...(facts.location ? { location: facts.location } : {}),
      };
    case 'limit':
      return {
        status: 409,
        code: facts.key ?? 'limit',
        title: 'The organization has no free place.',
        detail,
      };
    default:
      return { status: 409, code, title: message, ...(todo ? { detail: todo } : {}) };
  }
};
