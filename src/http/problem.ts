import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An error as HTTP says it (RFC 9457). `code` is what programs match on. */
export interface Problem {
  status: ContentfulStatusCode;
  code: string;
  title: string;
  detail?: string;
  location?: string;
  reference?: string;
  /** The same for clients of OAuth (RFC 6749, section 5.2). */
  error?: string;
  error_description?: string;
}

/** A refusal on the way to an answer. It is no bug: nothing is logged. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.headers = headers;
  }
}

export const answerProblem = (
  c: Context,
  problem: Problem,
  headers: Record<string, string> = {},
): Response => {
  const { status, ...rest } = problem;
  return c.body(JSON.stringify({ type: 'about:blank', status, ...rest }), status, {
    'Content-Type': 'application/problem+json',
    ...headers,
  });
};

/** Short enough to read out over the phone, found in the log. */
export const newReference = (): string => `e-${randomBytes(4).toString('hex')}`;

export const unexpected = (reference: string): Problem => ({
  status: 500,
  code: 'unexpected',
  title: 'Something broke on our side.',
  detail: `Try again in a moment. If it stays, give the reference ${reference} to whoever runs this installation.`,
  reference,
});
