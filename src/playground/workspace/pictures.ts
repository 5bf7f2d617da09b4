import { isShape, parsedOf, type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import type { Message, Site } from './site.ts';

/** An upload, from the moment that the app asked for a place; blocks can show it once it is completed. */
export type Upload = { name: string; type: string; bytes: Uint8Array<ArrayBuffer>; completed: boolean };

/** The uploads that blocks show. */
export const shownIn = (blocks: unknown): string[] => {
  if (Array.isArray(blocks)) return blocks.flatMap(shownIn);
  if (!isShape(blocks)) return [];
  const { slack_file: file, ...rest } = blocks;
  return [
    ...(file === undefined ? [] : [stringOf(shapeOf(file).id)]),
    ...Object.values(rest).flatMap(shownIn),
  ];
};

/** Slack refuses a block with a file that it does not have. */
export const refusePictures = (site: Site, args: Shape) =>
  shownIn(parsedOf(args.blocks)).every((id) => site.uploads.get(id)?.completed)
    ? undefined
    : { error: 'invalid_blocks', messages: ['[ERROR] invalid slack file [json-pointer:/blocks]'] };

/** Where the app may put the bytes of an upload. */
export const placeOf = (uploadUrl: unknown): string =>
  URL.canParse(stringOf(uploadUrl)) ? new URL(stringOf(uploadUrl)).pathname : '';

/** As text, for the file that a workspace is kept in. */
export const picturesOf = (site: Site, messages: readonly Message[]): Shape[] =>
  [...new Set(messages.flatMap(({ blocks }) => shownIn(blocks)))].flatMap((id) => {
    const upload = site.uploads.get(id);
    return upload
      ? [{ id, name: upload.name, type: upload.type, bytes: Buffer.from(upload.bytes).toString('base64') }]
      : [];
  });

export const loadPictures = (site: Site, kept: unknown): void => {
  for (const { id, name, type, bytes } of shapesOf(kept)) {
    site.uploads.set(stringOf(id), {
      name: stringOf(name),
      type: stringOf(type),
      bytes: new Uint8Array(Buffer.from(stringOf(bytes), 'base64')),
      completed: true,
    });
  }
};
