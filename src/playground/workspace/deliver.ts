import { createHmac } from 'node:crypto';
import { randomId } from './ids.ts';
import type { Shape } from './shape.ts';
import type { Delivery, Site } from './site.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
export const ACK_WITHIN = 3_000;
/** At once, after a minute, after five: https://docs.slack.dev/apis/events-api/#error-handling */
const RETRY_AFTER = [0, 60_000, 300_000];

type Outgoing = Pick<Delivery, 'kind' | 'contentType' | 'body'>;

export const asForm = (fields: { [key: string]: string }): Pick<Delivery, 'contentType' | 'body'> => ({
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

/** Sends one signed request to the app and waits for its acknowledgement, for three seconds. */
export async function deliver(site: Site, outgoing: Outgoing, retry = 0, reason?: string): Promise<Delivery> {
  const stamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', site.app.signingSecret)
    .update(`v0:${stamp}:${outgoing.body}`)
    .digest('hex');
  const delivery: Delivery = {
    ...outgoing,
    id: randomId('Dl'),
    status: 0,
    milliseconds: 0,
    answer: '',
    retry,
  };
  const began = performance.now();
  try {
    const answer = await fetch(site.eventsUrl(), {
      method: 'POST',
      headers: {
        'content-type': outgoing.contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': stamp,
        'x-slack-signature': `v0=${signature}`,
        ...(retry > 0
          ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason ?? 'http_timeout' }
          : {}),
      },
      body: outgoing.body,
      signal: AbortSignal.timeout(ACK_WITHIN),
    });
    delivery.answer = await answer.text();
    delivery.status = answer.status;
    if (!answer.ok) delivery.error = 'dispatch_failed';
  } catch (error) {
    delivery.error =
      error instanceof Error && error.name === 'TimeoutError' ? 'operation_timeout' : 'dispatch_failed';
  }
  delivery.milliseconds = performance.now() - began;
  site.deliveries.push(delivery);
  if (site.deliveries.length > 1_000) site.deliveries.shift();
  return delivery;
}

/** An event is retried three times where the app does not take it; nothing else ever is. */
export async function deliverEvent(
  site: Site,
  event: Shape,
  extra: Shape = {},
): Promise<Delivery | undefined> {
  if (!site.installed || !site.manifest.events.includes(String(event.type))) return undefined;
  const body = JSON.stringify({
    token: 'unused',
    team_id: site.team.id,
    api_app_id: site.app.id,
    event,
    type: 'event_callback',
    event_id: randomId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: site.team.id,
        user_id: site.app.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    ...extra,
  });
  return attempt(site, { kind: 'event', contentType: 'application/json', body }, 0);
}

async function attempt(site: Site, event: Outgoing, retry: number, reason?: string): Promise<Delivery> {
  const delivery = await deliver(site, event, retry, reason);
  const wait = RETRY_AFTER[retry];
  if (delivery.error && wait !== undefined) {
    const why = delivery.error === 'operation_timeout' ? 'http_timeout' : 'http_error';
    const timer = setTimeout(() => {
      site.later.delete(timer);
      void attempt(site, event, retry + 1, why);
    }, wait);
    timer.unref();
    site.later.add(timer);
  }
  return delivery;
}

/** Hands over an earlier request once more, unchanged but for its retry headers: the last one where none is named. */
export async function redeliver(site: Site, id?: string): Promise<Delivery> {
  const earlier = id ? site.deliveries.find((delivery) => delivery.id === id) : site.deliveries.at(-1);
  if (!earlier) throw new Error('nothing has been delivered yet');
  return deliver(site, earlier, earlier.retry + 1, 'http_timeout');
}

export function sendInteraction(
  site: Site,
  payload: Shape,
  kind: Delivery['kind'] = 'interaction',
): Promise<Delivery> {
  return deliver(site, { kind, ...asForm({ payload: JSON.stringify(payload) }) });
}
