import { lookup as resolve } from 'node:dns';
import { type ClientRequestArgs, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { CustomFetchOptions } from 'openid-client';
import { isLoopback, mayReach } from './address.ts';

/** Nothing came of a request to a provider: it is not there, too slow, or nowhere that we go. */
export class Unreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unreachable';
  }
}

const MOST_BYTES = 1024 * 1024;

const closed = (host: string): Unreachable => new Unreachable(`${host} is no public address`);

/** Looked at while connecting, so that a name cannot lead elsewhere between a check and the connection. */
const guardedLookup =
  (loopback: boolean): LookupFunction =>
  (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return done(error ?? new Unreachable(`${host} has no address`), '');
      if (!addresses.every(({ address }) => mayReach(address, loopback))) return done(closed(host), '');
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };

const refuseAddress = (url: URL, loopback: boolean): void => {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const insecure = url.protocol === 'http:' && loopback && isLoopback(url);
  if (url.protocol !== 'https:' && !insecure) throw new Unreachable(`${url.protocol} is not https:`);
  if (isIP(host) !== 0 && !mayReach(host, loopback)) throw closed(host);
};

const textOf = (body: CustomFetchOptions['body']): string | undefined => {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('No request to a provider has such a body');
};

/**
 * Requests to the addresses that an organization and its provider name: https alone, public addresses alone, no
 * redirects, and no more than a megabyte of answer. `loopback` opens this machine, for whoever tries Rollcall out.
 */
export const providerFetch =
  (loopback: boolean) =>
  async (address: string, { method, headers, body, signal }: CustomFetchOptions): Promise<Response> => {
    const url = new URL(address);
    refuseAddress(url, loopback);
    const options: ClientRequestArgs = {
      method,
      headers: { ...headers, 'accept-encoding': 'identity' },
      lookup: guardedLookup(loopback),
      agent: false,
      ...(signal ? { signal } : {}),
    };
    const { promise, resolve: answer, reject } = Promise.withResolvers<Response>();
    const fail = (error: Error) =>
      reject(error instanceof Unreachable ? error : new Unreachable(`${url.host} does not answer`));
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(
      url,
      options,
      async (incoming) => {
        try {
          const chunks: Uint8Array[] = [];
          let size = 0;
          for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
            size += chunk.byteLength;
            if (size > MOST_BYTES) throw new Unreachable(`${url.host} answers with too much`);
            chunks.push(chunk);
          }
          const status = incoming.statusCode ?? 500;
          const type = incoming.headers['content-type'];
          const empty = status === 204 || status === 304;
          answer(
            new Response(empty ? null : Buffer.concat(chunks), {
              status,
              headers: type ? { 'content-type': type } : {},
            }),
          );
        } catch (error) {
          incoming.destroy();
          fail(error as Error);
        }
      },
    );
    request.on('error', fail);
    request.end(textOf(body));
    return promise;
  };
