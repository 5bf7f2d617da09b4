import { Hono } from 'hono';
import type { Health } from '../platforms/platform.ts';

/** `/healthz`: the process answers. `/readyz`: so do the parts that it needs. Neither says why not: the log does. */
export const healthRoutes = (ready: () => Promise<readonly Health[]>): Hono =>
  new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }))
    .get('/readyz', async (c) => {
      const parts = await ready().catch(() => undefined);
      const ok = parts?.every((part) => part.ok) ?? false;
      return c.json(
        {
          status: ok ? 'ok' : 'unavailable',
          parts: Object.fromEntries((parts ?? []).map((part) => [part.name, part.ok ? 'ok' : 'unavailable'])),
        },
        ok ? 200 : 503,
        { 'Cache-Control': 'no-store' },
      );
    });
