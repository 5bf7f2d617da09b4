import { Hono } from 'hono';
import type { Logger } from 'pino';
import { refusalOf } from './invitation/refusal.ts';
import { PAGE_HEADERS } from './invitation/sheet.ts';
import { acceptedPage, checkingPage, offerPage, refusalPage } from './invitation/states.ts';
import type { InvitationVerbs } from './invitation/verbs.ts';
import { createLinkPage, otherMethod } from './link-page.ts';

export type { Accepted, InvitationOffer, InvitationVerbs } from './invitation/verbs.ts';

const BODY_BYTES = 4096;

export const invitationRoutes = (
  verbs: InvitationVerbs,
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
  const page = checkingPage();
  return new Hono()
    .get('/', (c) => c.body(page, 200, PAGE_HEADERS))
    .post('/show', (c) =>
      answer(c, async (token) => {
        const offer = await verbs.show({ token });
        const { organization, inviter, role, projects, expiresAt, sso } = offer;
        return [offerPage(offer, token), { organization, inviter, role, projects, expiresAt, sso }];
      }),
    )
    .post('/accept', (c) =>
      answer(c, async (token) => {
        const accepted = await verbs.accept({ token });
        const { organization, member } = accepted;
        return [acceptedPage(accepted), { organization, member }];
      }),
    )
    .all('/', (c) => otherMethod(c, 'GET, HEAD, OPTIONS'))
    .all('/show', (c) => otherMethod(c, 'POST, OPTIONS'))
    .all('/accept', (c) => otherMethod(c, 'POST, OPTIONS'));
};
