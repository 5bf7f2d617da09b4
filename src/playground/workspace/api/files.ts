import { openDirect } from '../direct.ts';
import { placeOf } from '../pictures.ts';
import { addMessage } from '../say.ts';
import { type Shape, shapeOf, shapesOf, stringOf } from '../shape.ts';
import type { PostedFile } from '../site.ts';
import { findChannel, type Gate, refuseChannel } from './gate.ts';

const asPosted = (file: Shape): PostedFile => ({
  id: stringOf(file.id),
  name: stringOf(file.name),
  title: stringOf(file.title) || stringOf(file.name),
  type: stringOf(file.mimetype) || 'application/octet-stream',
  alt: stringOf(file.alt_txt),
  size: Number(file.size) || 0,
});

/** The message's id is only to be had from the file's list of shares. */
function sharedAs(file: Shape | undefined, channel: string): string {
  const shares = shapeOf(file?.shares);
  const there = [shares.public, shares.private].flatMap((side) => shapesOf(shapeOf(side)[channel]));
  return stringOf(there[0]?.ts);
}

export const claimPlace: Gate = {
  keep(site, args, answer) {
    const id = stringOf(answer.file_id);
    site.places.set(placeOf(answer.upload_url), id);
    site.uploads.set(id, {
      name: stringOf(args.filename),
      type: 'application/octet-stream',
      bytes: new Uint8Array(),
      completed: false,
    });
    return undefined;
  },
};

export const completeUpload: Gate = {
  refuse: (site, args) => {
    if (args.channel_id === undefined || site.people.has(stringOf(args.channel_id))) return undefined;
    return refuseChannel(site, { channel: args.channel_id }, false);
  },
  async alter(site, args) {
    const person = site.people.get(stringOf(args.channel_id));
    return person ? { ...args, channel_id: (await openDirect(site, person, site.app.userId)).id } : args;
  },
  keep(site, args, answer) {
    const channel = findChannel(site, args.channel_id);
    const files = shapesOf(answer.files);
    const threadTs = stringOf(args.thread_ts);
    for (const file of files) {
      const upload = site.uploads.get(stringOf(file.id));
      if (upload) Object.assign(upload, { completed: true, type: asPosted(file).type });
    }
    if (channel && files.length > 0) {
      addMessage(site, {
        channel: channel.id,
        ts: sharedAs(files[0], channel.id),
        author: site.app.userId,
        text: stringOf(args.initial_comment),
        blocks: [],
        files: files.map(asPosted),
        ...(threadTs ? { threadTs } : {}),
      });
    }
    return undefined;
  },
};
