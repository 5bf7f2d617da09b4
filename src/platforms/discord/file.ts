import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import type { Card } from '../../views/card.ts';
import { shorten } from '../../views/plain.ts';
import { bytesOf } from '../bytes.ts';
import * as limits from './limits.ts';

/** What goes along with a message, and the components that show it. */
export interface Attached {
  files: { name: string; data: Buffer; contentType: string; description: string }[];
  below: APIMessageTopLevelComponent[];
}

/** Discord makes other characters out of what is none of these, and the reference would lead nowhere. */
const plainName = (name: string): string => name.replace(/[^\w.-]+/g, '_');

export async function attached({ file, picture }: Card): Promise<Attached> {
  const made: Attached = { files: [], below: [] };
  if (file) {
    const name = plainName(file.name);
    const data = Buffer.from(await bytesOf(file, limits.FILE_BYTES));
    made.files.push({ name, data, contentType: file.mime, description: shorten(file.alt, limits.ALT_TEXT) });
    made.below.push({ type: ComponentType.File, file: { url: `attachment://${name}` } });
  }
  if (picture) {
    const data = Buffer.from(await picture.content());
    const name = plainName(picture.name);
    made.files.push({
      name,
      data,
      contentType: picture.mime,
      description: shorten(picture.alt, limits.ALT_TEXT),
    });
    made.below.push(gallery(name, picture.alt));
  }
  return made;
}

/** A picture that the message has already, or brings along. */
export const gallery = (name: string, alt: string): APIMessageTopLevelComponent => ({
  type: ComponentType.MediaGallery,
  items: [{ media: { url: `attachment://${name}` }, description: shorten(alt, limits.ALT_TEXT) }],
});
