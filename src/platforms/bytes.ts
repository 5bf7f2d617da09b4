import { Buffer } from 'node:buffer';
import type { CardFile } from '../views/card.ts';
import { PlatformError } from './platform.ts';

/** The whole of a file: a platform wants to know its length before the first byte. */
export async function bytesOf(file: CardFile, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const text of file.content()) {
    const chunk = Buffer.from(text);
    length += chunk.byteLength;
    if (length > most) {
      const megabytes = Math.floor(most / 1024 / 1024);
      throw new PlatformError('refused', `It would be larger than ${megabytes} MB, the most that I send.`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
