import type { MiddlewareHandler } from 'hono';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Lets only pages of this very server in: a foreign site that resolves its name to 127.0.0.1 sends its own Host, and one
 * that posts here sends its own Origin.
 */
export const guard: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? '';
  if (!LOOPBACK.test(host)) return c.text('The playground answers on 127.0.0.1 and localhost only.', 403);
  const origin = c.req.header('origin');
  const own = origin === `http://${host}`;
  if (origin === undefined ? c.req.method !== 'GET' : !own)
    return c.text('The playground answers its own page only.', 403);
  await next();
};
