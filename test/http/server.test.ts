import { once } from 'node:events';
import { createServer as createNodeServer, request as httpRequest, type RequestListener } from 'node:http';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpParts } from '../../src/http/server.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const nobody = async (): Promise<never> => {
  throw new Error('not asked here');
};

const serve = async (
  more: Partial<HttpParts> = {},
): Promise<{ base: string; port: number; stop(): Promise<void> }> => {
  const server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: false,
    log: pino({ enabled: false }),
    invitations: { show: nobody, accept: nobody },
    ready: async () => [],
    metrics: createMetrics(async () => []),
    ...more,
  });
  const { port } = await server.start();
  stops.push(server.stop);
  return { base: `http://127.0.0.1:${port}`, port, stop: server.stop };
};

test('Slack’s deliveries reach Bolt byte for byte, and nothing else does', async () => {
  const bodies: string[] = [];
  const slackListener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString('latin1'));
    response.end('ok');
  };
  const { base } = await serve({ slackListener });
  const body = 'text=%E2%80%9Chi%E2%80%9D&b=%20+';
  const sent = await fetch(`${base}/slack/events?x=1`, { method: 'POST', body });
  expect(await sent.text()).toBe('ok');
  expect(bodies).toEqual([body]);
  expect((await fetch(`${base}/slack/events`)).status).toBe(404);
  expect((await fetch(`${base}/slack/other`, { method: 'POST', body })).status).toBe(404);
});

test('a delivery larger than Slack’s ever are is not read', async () => {
  const reached: unknown[] = [];
  const { base, port } = await serve({ slackListener: (request) => void reached.push(request.url) });
  const large = await fetch(`${base}/slack/events`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
  expect(large.status).toBe(413);
  const chunked = httpRequest({ port, host: '127.0.0.1', path: '/slack/events', method: 'POST' });
  chunked.write('x');
  const [answer] = await once(chunked, 'response');
  expect(answer.statusCode).toBe(411);
  chunked.destroy();
  expect(reached).toEqual([]);
});

test('an address that is nothing is a problem document with the headers of every answer', async () => {
  const { base } = await serve();
  const answer = await fetch(`${base}/nothing`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toEqual({
    type: 'about:blank',
    status: 404,
    code: 'not-found',
    title: 'There is nothing at this address.',
  });
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('an unexpected error is logged under a reference, and only the reference is shown', async () => {
  const lines: string[] = [];
  const playgroundRoutes = new Hono().get('/broken', () => {
    throw new Error('secret detail');
  });
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { base } = await serve({ playgroundRoutes, log });
  const answer = await fetch(`${base}/broken`);
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).not.toContain('secret detail');
  expect(text).not.toContain('.ts');
  expect(lines.join()).toContain(JSON.parse(text).reference);
  expect(lines.join()).toContain('secret detail');
});

test('the playground keeps the headers that it sets itself', async () => {
  const playgroundRoutes = new Hono().get('/', (c) =>
    c.html('<p>hi', 200, { 'Content-Security-Policy': "default-src 'self'" }),
  );
  const { base } = await serve({ playgroundRoutes });
  const answer = await fetch(base);
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'self'");
  expect(answer.headers.get('x-frame-options')).toBe('DENY');
});

test('ready means that every needed part is, and says which one is not without saying why', async () => {
  let ok = true;
  const ready = async () => [{ name: 'database', ok, detail: 'postgres://user:pw@host' }];
  const { base } = await serve({ ready });
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect((await fetch(`${base}/readyz`)).status).toBe(200);
  ok = false;
  const answer = await fetch(`${base}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'unavailable', parts: { database: 'unavailable' } });
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test('a readiness check that itself breaks means not ready', async () => {
  const { base } = await serve({ ready: nobody });
  expect((await fetch(`${base}/readyz`)).status).toBe(503);
});

test('metrics tell the queue’s depth, the schedules and what became of messages, also while the database is away', async () => {
  let away = false;
  const metrics = createMetrics(
    async () => {
      if (away) throw new Error('no database');
      return [{ queue: 'deliver', state: 'created', count: 3, oldestSeconds: 12 }];
    },
    async () => {
      if (away) throw new Error('no database');
      return [{ kind: 'drift-report', nextAt: new Date(Date.now() + 60_000), overdue: 2 }];
    },
    async () => {
      if (away) throw new Error('no database');
      const [lastAt, nextAt] = [new Date(Date.now() - 30_000), new Date(Date.now() + 60_000)];
      return [{ name: 'expire', lastAt, nextAt, late: true, givenUp: 4 }];
    },
  );
  metrics.messageSettled('slack', 'delivered');
  const { base } = await serve({ metrics });
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text).toContain('rollcall_queue_jobs{queue="deliver",state="created"} 3');
  expect(text).toContain('rollcall_queue_oldest_seconds{queue="deliver",state="created"} 12');
  expect(text).toContain('rollcall_schedules_overdue{kind="drift-report"} 2');
  expect(text).toMatch(/rollcall_schedule_next_seconds\{kind="drift-report"\} (?:5\d|60)/);
  expect(text).toMatch(/rollcall_job_last_seconds\{job="expire"\} 3\d/);
  expect(text).toMatch(/rollcall_job_next_seconds\{job="expire"\} (?:5\d|60)/);
  expect(text).toContain('rollcall_job_late{job="expire"} 1');
  expect(text).toContain('rollcall_job_given_up{job="expire"} 4');
  expect(text).toContain('rollcall_messages_total{platform="slack",outcome="delivered"} 1');
  expect(text).toContain('process_cpu_seconds_total');
  away = true;
  const without = await fetch(`${base}/metrics`);
  expect(without.status).toBe(200);
  expect(await without.text()).not.toMatch(/rollcall_(?:queue_jobs|job_late)\{/);
});

test('stopping lets the request under way finish and takes no new one', async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const playgroundRoutes = new Hono().get('/slow', async (c) => {
    started.resolve();
    await release.promise;
    return c.text('done');
  });
  const { base, stop } = await serve({ playgroundRoutes });
  const slow = fetch(`${base}/slow`);
  await started.promise;
  const stopped = stop();
  await expect(fetch(`${base}/healthz`)).rejects.toThrow();
  release.resolve();
  expect(await (await slow).text()).toBe('done');
  await stopped;
});

test('a page left open with a stream of events does not hold up the stop', async () => {
  const playgroundRoutes = new Hono().get('/events', (c) =>
    streamSSE(c, async (stream) => {
      await stream.writeSSE({ data: 'hello' });
      await new Promise<void>((left) => stream.onAbort(left));
    }),
  );
  const { base, stop } = await serve({ playgroundRoutes });
  const reader = (await fetch(`${base}/events`)).body?.getReader();
  await reader?.read();
  const started = performance.now();
  await stop();
  expect(performance.now() - started).toBeLessThan(5000);
  await expect(reader?.read()).rejects.toThrow();
});

test('a port that is taken is an error of the start, not of later', async () => {
  const other = createNodeServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(serve({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});
