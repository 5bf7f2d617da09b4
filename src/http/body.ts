import type { Context } from 'hono';
import { ProblemError } from './problem.ts';

const malformed = (detail: string) =>
  new ProblemError({ status: 400, code: 'malformed', title: 'The request could not be read.', detail });

const tooLarge = () =>
  new ProblemError({ status: 413, code: 'too-large', title: 'The request is too large.' });

/** The body as bytes, never more than `limit`, whatever the headers claim. */
export const readBytes = async (c: Context, limit: number): Promise<Uint8Array> => {
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** A JSON object or a submitted form, in UTF-8, as untrusted fields. @throws ProblemError 400, 413 or 415 */
export const readFields = async (c: Context, limit: number): Promise<Record<string, unknown>> => {
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const form = type === 'application/x-www-form-urlencoded';
  if (!(form || type === 'application/json') || (charset && !/^"?utf-?8"?$/.test(charset))) {
    throw new ProblemError({
      status: 415,
      code: 'unsupported-content-type',
      title: 'The request is of a kind that is not read here.',
      detail: 'Send application/json in UTF-8.',
    });
  }
  const bytes = await readBytes(c, limit);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
  if (form) return Object.fromEntries(new URLSearchParams(text));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('The body is not a JSON object.');
  }
  return value as Record<string, unknown>;
};
