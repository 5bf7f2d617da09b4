import { evaluate } from '../../core/access/evaluate.ts';
import type { Authenticated } from '../../core/token/authenticate.ts';
import { ProblemError } from '../problem.ts';

/** Whoever asks for decisions, by their token. */
export type Caller = Pick<Authenticated, 'organization' | 'principal'>;

/** @throws ProblemError 403 for whoever holds `decisions:read` nowhere */
export const needToAsk = ({ organization, principal }: Caller): void => {
  const projects = [undefined, ...new Set(principal.roles.flatMap((held) => held.projectId ?? []))];
  const asks = projects.some(
    (projectId) =>
      evaluate(organization.model, principal, { permission: 'decisions:read', projectId }).length > 0,
  );
  if (asks) return;
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
