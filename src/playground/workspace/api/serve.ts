import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { isShape, type Shape, shapeOf } from '../shape.ts';
import type { Site } from '../site.ts';
import { answerCall } from './answer.ts';
import { reply } from './reply.ts';

/** The Web API that the app calls: a gate that refuses what Slack refuses, with the emulator behind it. */
export async function serveApi(
  site: Site,
  emulatorUrl: string,
): Promise<{ origin: string; server: ServerType }> {
  const app = new Hono();
  app.all('/api/:method', async (c) => {
    const method = c.req.param('method');
    const failure = site.failures.get(method)?.shift();
    if (failure) {
      const error = failure.error ?? (failure.status === 429 ? 'ratelimited' : 'internal_error');
      const headers: Record<string, string> =
        failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) };
      return Response.json({ ok: false, error }, { status: failure.status, headers });
    }
    const { token, ...args } = await argumentsOf(c);
    const bearer = (c.req.header('authorization') ?? '').replace(/^Bearer /i, '');
    c.header('x-oauth-scopes', site.manifest.scopes.join(','));
    return c.json(await answerCall(site, method, args, bearer || (typeof token === 'string' ? token : '')));
  });
  app.post('/reply/:team/:id/:secret', async (c) => {
    const { status, body } = await reply(site, c.req.param('secret'), await argumentsOf(c));
    return c.json(body, status);
  });
  app.post('/upload/*', async (c) => {
    const body = await c.req.arrayBuffer();
    const upload = site.uploads.get(site.places.get(c.req.path) ?? '');
    if (upload) upload.bytes = new Uint8Array(body);
    return fetch(emulatorUrl + c.req.path, {
      method: 'POST',
      headers: { 'content-type': c.req.header('content-type') ?? 'application/octet-stream' },
      body,
    });
  });
  app.get('/files-pri/*', async (c) =>
    fetch(emulatorUrl + c.req.path, { headers: { authorization: c.req.header('authorization') ?? '' } }),
  );
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((ready, failed) => server.once('listening', ready).once('error', failed));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the Web API has no port');
  return { origin: `http://127.0.0.1:${address.port}`, server };
}

async function argumentsOf(c: Context): Promise<Shape> {
  const type = c.req.header('content-type') ?? '';
  if (c.req.method === 'GET') return c.req.query();
  if (type.includes('json')) return shapeOf(await c.req.json().catch(() => ({})));
  const form: unknown = await c.req.parseBody().catch(() => ({}));
  return isShape(form) ? form : {};
}
