import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack: five minutes, either way. */
const TOLERANCE = 300;

/**
 * Refuses requests of the wrong time before a byte of them is read. Bolt refuses old ones and takes those that claim
 * to come from the future, which a thief of one request could replay for as long as it likes.
 */
export function inTime(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  ready: () => boolean,
  now: () => number = Date.now,
): RequestListener {
  return (request, response) => {
    const stamp = request.headers['x-slack-request-timestamp'];
    if (stamp !== undefined && !isNear(stamp, now())) return end(response, 401);
    if (!ready()) return end(response, 503);
    try {
      listener(request, response);
    } catch {
      end(response, 404);
    }
  };
}

function isNear(stamp: string | string[], now: number): boolean {
  if (typeof stamp !== 'string' || !/^\d{1,12}$/.test(stamp)) return false;
  return Math.abs(Math.floor(now / 1000) - Number(stamp)) <= TOLERANCE;
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  response.end();
}
