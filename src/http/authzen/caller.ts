import type { Authenticated } from '../../core/token/authenticate.ts';
import { mayAsk } from '../../core/token/may-ask.ts';
import { ProblemError } from '../problem.ts';

/** Whoever asks for decisions, by their token. */
export type Caller = Pick<Authenticated, 'organization' | 'principal'>;

/** @throws ProblemError 403 for whoever holds `decisions:read` nowhere */
export const needToAsk = (caller: Caller): void => {
  if (mayAsk(caller)) return;
  throw new ProblemError(
    {
      status: 403,
      code: 'forbidden',
      title: 'This token may not ask for decisions.',
      detail: 'Whom it acts as needs `decisions:read`.',
    },
    { 'WWW-Authenticate': 'Bearer realm="rollcall", error="insufficient_scope", scope="decisions:read"' },
  );
};
