/** The constraint that refused a row, whichever driver and wrapper the error comes through. */
export function constraintOf(error: unknown): string | undefined {
  return findIn(error, 'constraint_name') ?? findIn(error, 'constraint');
}

/** Postgres's five-character error code (`23505`), whichever driver and wrapper the error comes through. */
export function codeOf(error: unknown): string | undefined {
  return findIn(error, 'code', /^[0-9A-Z]{5}$/);
}

/** The connection went while something was under way: nobody can say any more to it, not even that it is over. */
export function isConnectionLost(error: unknown): boolean {
  return findIn(error, 'code', /^(?:CONNECTION_CLOSED|ECONNRESET|EPIPE|ETIMEDOUT)$/) !== undefined;
}

function findIn(error: unknown, field: string, shape?: RegExp): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const value = (at as unknown as Record<string, unknown>)[field];
    if (typeof value === 'string' && (!shape || shape.test(value))) return value;
  }
  return undefined;
}
