import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import { createLinkPage, otherMethod } from '../link-page.ts';
import { confirmations } from './confirmations.ts';
import {
  checkingPage,
  confirmedPage,
  enrolmentPage,
  PAGE_HEADERS,
  refusalPage,
  registeredPage,
  stepUpPage,
} from './pages.ts';
import { refusalOf } from './refusal.ts';
import type { PasskeyVerbs } from './verbs.ts';

/** An attestation that nobody asked for can be long. */
const BODY_BYTES = 64 * 1024;

const SCRIPTS = {
  '/page.js': new URL('./page.js', import.meta.url),
  '/webauthn.js': new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser')),
};

/**
 * The pages behind the links that add a passkey and that confirm with one. No GET changes anything; the secret stays
 * in the fragment.
 */
export const passkeyRoutes = (
  verbs: PasskeyVerbs,
  { trustProxy, log }: { trustProxy: boolean; log: Logger },
): Hono => {
  const answer = createLinkPage({
    trustProxy,
    log,
    bytes: BODY_BYTES,
    headers: PAGE_HEADERS,
    refusalOf,
    refusalPage,
  });

  const noted = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unproven') {
        log.info({ why: error.facts.why }, 'a passkey was refused');
      }
      throw error;
    }
  };

  const page = checkingPage();
  const app = new Hono();
  for (const [path, file] of Object.entries(SCRIPTS)) {
    const script = readFileSync(file, 'utf8');
    app.get(path, (c) => c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8', ...FRESH }));
  }
  const get = (c: Context) => c.body(page, 200, PAGE_HEADERS);
  return app
    .get('/add', get)
    .post('/add/show', (c) =>
      answer(c, async (token) => {
        const shown = await verbs.showEnrolment({ token });
        return [enrolmentPage(shown), shown];
      }),
    )
    .post('/add/finish', (c) =>
      answer(c, async (token, { response }) => {
        const registered = await noted(() => verbs.register({ token, response }));
        return [registeredPage(registered), registered];
      }),
    )
    .get('/confirm', get)
    .post('/confirm/show', (c) =>
      answer(c, async (token) => {
        const step = await verbs.showStepUp({ token });
        const { action, name, by, note, expiresAt, seen, options, shown } = step;
        const { title, card } = confirmations[action];
        const text = { title: title(shown), text: card(shown).text };
        return [stepUpPage(step), { action, name, by, note, ...text, expiresAt, seen, options }];
      }),
    )
    .post('/confirm/finish', (c) =>
      answer(c, async (token, { seen, response }) => {
        const shown = typeof seen === 'string' ? seen : '';
        const confirmed = await noted(() => verbs.confirm({ token, seen: shown, response }));
        return [confirmedPage(confirmed), confirmed];
      }),
    )
    .all('/add', (c) => otherMethod(c, 'GET, HEAD, OPTIONS'))
    .all('/confirm', (c) => otherMethod(c, 'GET, HEAD, OPTIONS'))
    .all('/:page{add|confirm}/:step{show|finish}', (c) => otherMethod(c, 'POST, OPTIONS'));
};

const FRESH = { 'Cache-Control': 'no-cache' };
