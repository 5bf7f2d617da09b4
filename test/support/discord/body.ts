import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';
import { isShape, type Shape } from './shape.ts';

export interface Body {
  json: Shape;
  /** What was uploaded beside it, as `files[n]`. */
  files: readonly { index: string; name: string; type: string; bytes: Uint8Array }[];
}

/** A request's body, with or without files. @throws Refusal where it is neither JSON nor a form */
export async function readBody(request: IncomingMessage): Promise<Body & { list?: Shape[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { json: {}, files: [] };
  if (!type.startsWith('multipart/form-data')) return { ...parsed(bytes.toString('utf8')), files: [] };
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const written = form.get('payload_json');
  const files = [...form].flatMap(([field, value]) => {
    const [, index] = /^files\[(\d+)\]$/.exec(field) ?? [];
    return index !== undefined && typeof value !== 'string' ? [{ index, value }] : [];
  });
  return {
    ...parsed(typeof written === 'string' ? written : '{}'),
    files: await Promise.all(
      files.map(async ({ index, value }) => ({
        index,
        name: value.name,
        type: value.type,
        bytes: new Uint8Array(await value.arrayBuffer()),
      })),
    ),
  };
}

function parsed(text: string): { json: Shape; list?: Shape[] } {
  const value: unknown = safely(text);
  if (Array.isArray(value)) return { json: {}, list: value.filter(isShape) };
  if (isShape(value)) return { json: value };
  throw new Refusal(400, 50109, 'The request body contains invalid JSON.');
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
