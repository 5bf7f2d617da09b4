import type { Found } from '../../core/access/search.ts';
import { type Fields, malformed, optionalFields } from './read.ts';

const USUAL = 100;
const MOST = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface Page {
  limit: number;
  after: string | undefined;
}

/** @throws ProblemError 400 for a limit or a token that this search never takes */
export const readPage = (body: Fields, by: 'id' | 'name'): Page => {
  const { limit = USUAL, token = '' } = optionalFields(body, 'page') ?? {};
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw malformed(`\`page.limit\` has to be a whole number from 1 to ${MOST}.`);
  }
  if (typeof token !== 'string') throw malformed('`page.token` has to be a string.');
  if (token === '') return { limit, after: undefined };
  const after = Buffer.from(token, 'base64url').toString();
  const real = tokenOf(after) === token && (by === 'id' ? UUID.test(after) : !after.includes('\0'));
  if (!real) throw malformed('`page.token` has to be the `next_token` of an answer to this search.');
  return { limit, after };
};

const tokenOf = (key: string): string => Buffer.from(key).toString('base64url');

/** The last page has an empty token. */
export const sayPage = <T>({ results, next }: Found<T>) => ({
  results,
  page: { next_token: next === undefined ? '' : tokenOf(next), count: results.length },
});
