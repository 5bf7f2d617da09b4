import type { Context } from 'hono';
import { readBytes } from '../body.ts';
import { ProblemError } from '../problem.ts';

const BODY_BYTES = 16 * 1024;

const invalid = (detail: string): ProblemError =>
  new ProblemError({
    status: 400,
    code: 'invalid-request',
    title: 'The request could not be read.',
    detail,
    error: 'invalid_request',
    error_description: detail,
  });

/** The `token` of a submitted form, named once, as RFC 6749 asks. @throws ProblemError 400 or 413 */
export const readToken = async (c: Context): Promise<string> => {
  const [type = ''] = (c.req.header('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw invalid('Send application/x-www-form-urlencoded.');
  }
  let text: string;
  const bytes = await readBytes(c, BODY_BYTES);
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('The body is not UTF-8.');
  }
  const fields = new URLSearchParams(text);
  for (const name of new Set(fields.keys())) {
    if (fields.getAll(name).length > 1) throw invalid('A parameter is there twice.');
  }
  const token = fields.get('token');
  if (!token) throw invalid('The parameter token is missing.');
  return token;
};
