import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { guard } from './guard.ts';
import type { Outcome } from './page/wire.ts';
import { servePage } from './serve-page.ts';
import { type PageSource, pageState } from './state.ts';
import { TROUBLE } from './workspace/act/submit.ts';
import type { Chosen } from './workspace/chosen.ts';
import type { Delivery } from './workspace/site.ts';

const where = z.union([
  z.object({ view: z.string() }),
  z.object({ channel: z.string(), message: z.string() }),
]);
const chosen = z.custom<Chosen>();
const fill = z.record(z.string(), z.record(z.string(), chosen));
const as = z.string();

const TYPE = z.object({
  as,
  channel: z.string(),
  text: z.string().min(1).max(12_000),
  threadTs: z.string().optional(),
});
const CLICK = z.object({
  as,
  where,
  blockId: z.string(),
  actionId: z.string(),
  value: chosen.optional(),
  fill: fill.optional(),
});
const SUGGEST = z.object({ as, where, blockId: z.string(), actionId: z.string(), typed: z.string() });
const SUBMIT = z.object({ as, view: z.string(), fill });
const CLOSE = z.object({ as, view: z.string(), all: z.boolean().optional() });
const HOME = z.object({ as, tab: z.enum(['home', 'messages']) });
const SHORTCUT = z.object({
  as,
  callbackId: z.string(),
  on: z.object({ channel: z.string(), message: z.string() }).optional(),
});
const DIRECT = z.object({ as, with: z.string() });

const LETTER_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

export type PageServer = PageSource & {
  reset: () => Promise<void>;
  /** Ends the streams, which would otherwise hold the server open. */
  signal: AbortSignal;
};

/** The playground's page, what a person does on it, and a stream that says when to look again. */
export function pageRoutes(source: PageServer): Hono {
  const { workspace, mailbox } = source;
  const routes = new Hono();
  routes.use('/', guard);
  routes.use('/playground/*', guard);
  routes.route('/', servePage());

  routes.get('/playground/state', (c) => c.json(pageState(source, c.req.query('as') ?? '')));
  routes.get('/playground/changes', (c) => streamChanges(c, source));
  routes.get('/playground/files/:id', async (c) => {
    const file = await workspace.file(c.req.query('as') ?? '', c.req.param('id'));
    if (!file) return c.notFound();
    return c.body(file.bytes, 200, {
      'content-type': file.type,
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });
  routes.get('/playground/letters/:id', (c) => {
    const letter = mailbox.find(c.req.param('id'));
    if (!letter) return c.notFound();
    return c.html(`<base target="_blank">${letter.html}`, 200, {
      'content-security-policy': LETTER_POLICY,
      'x-frame-options': 'SAMEORIGIN',
    });
  });

  routes.post('/playground/type', async (c) => {
    const { as, channel, text, threadTs } = await read(c, TYPE);
    return act(c, () => workspace.type(as, channel, text, threadTs ? { threadTs } : {}).then(() => ({})));
  });
  routes.post('/playground/click', async (c) => {
    const { as, where, ...what } = await read(c, CLICK);
    return act(c, () => workspace.click(as, where, what).then(outcome));
  });
  routes.post('/playground/suggest', async (c) => {
    const { as, where, blockId, actionId, typed } = await read(c, SUGGEST);
    return c.json(
      await workspace
        .suggest(as, where, blockId, actionId, typed)
        .catch((error) => ({ groups: [], failed: said(error) })),
    );
  });
  routes.post('/playground/submit', async (c) => {
    const { as, view, fill } = await read(c, SUBMIT);
    return act(c, () =>
      workspace
        .submit(as, view, fill)
        .then(({ errors, failed }) => ({ ...(errors ? { errors } : {}), ...(failed ? { failed } : {}) })),
    );
  });
  routes.post('/playground/close', async (c) => {
    const { as, view, all } = await read(c, CLOSE);
    return act(c, () => workspace.close(as, view, { all: all ?? false }).then(outcome));
  });
  routes.post('/playground/home', async (c) => {
    const { as, tab } = await read(c, HOME);
    return act(c, () => workspace.openHome(as, tab).then(outcome));
  });
  routes.post('/playground/shortcut', async (c) => {
    const { as, callbackId, on } = await read(c, SHORTCUT);
    return act(c, () => workspace.shortcut(as, callbackId, on).then(outcome));
  });
  routes.post('/playground/direct', async (c) => {
    const body = await read(c, DIRECT);
    return c.json({ channel: (await workspace.place(body.as, `@${workspace.person(body.with).name}`)).id });
  });
  routes.post('/playground/upload', async (c) => {
    const file = { name: c.req.query('name') ?? 'file', bytes: await c.req.arrayBuffer() };
    return c.json(await workspace.upload(c.req.query('as') ?? '', file));
  });
  routes.post('/playground/reset', async (c) => {
    await source.reset();
    return c.json({});
  });
  routes.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    return c.json({ failed: said(error) }, 500);
  });
  return routes;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function read<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
  return parsed.data;
}

/** What a person did may fail in the app, or no longer be possible; the page shows either. */
async function act(c: Context, deed: () => Promise<Outcome>): Promise<Response> {
  return c.json(await deed().catch((error: unknown): Outcome => ({ failed: said(error) })));
}

const outcome = (delivery?: Delivery): Outcome => (delivery?.error ? { failed: TROUBLE } : {});

const KEEP_ALIVE = 20_000;

function streamChanges(c: Context, { workspace, mailbox, signal }: PageServer): Response {
  return streamSSE(c, async (stream) => {
    let wake = () => {};
    let pending = true;
    const changed = () => {
      pending = true;
      wake();
    };
    const offs = [workspace.onChange(changed), mailbox.onChange(changed)];
    signal.addEventListener('abort', changed, { once: true });
    stream.onAbort(changed);
    while (!stream.aborted && !stream.closed && !signal.aborted) {
      if (!pending) {
        await new Promise<void>((done) => {
          wake = done;
          setTimeout(done, KEEP_ALIVE).unref();
        });
      }
      const event = pending ? 'changed' : 'alive';
      pending = false;
      await stream.writeSSE({ event, data: '' });
    }
    signal.removeEventListener('abort', changed);
    for (const off of offs) off();
  });
}
