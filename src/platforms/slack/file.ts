import type { WebClient } from '@slack/web-api';
import type { CardFile, Picture } from '../../views/card.ts';
import { shorten } from '../../views/plain.ts';
import { bytesOf } from '../bytes.ts';
import { PlatformError } from '../platform.ts';
import { isSlackAddress } from './address.ts';
import { ALT_TEXT, FILE_BYTES } from './limits.ts';
import { escapeText } from './text.ts';

const UPLOAD_WITHIN = 60_000;

/**
 * Puts a file into the direct messages between the app and one person. `filesUploadV2` would do the same, but posts to
 * whatever address the answer names, and our clients go to no such addresses.
 * https://docs.slack.dev/messaging/working-with-files#upload
 */
export async function sendFile(
  client: WebClient,
  file: CardFile,
  to: { user: string; apiUrl: string | undefined },
): Promise<void> {
  const bytes = await bytesOf(file, FILE_BYTES);
  const { channel } = await client.conversations.open({ users: to.user });
  if (!channel?.id) throw new PlatformError('gone', 'Slack did not open a direct message with you.');
  const id = await uploadBytes(client, bytes, file, to.apiUrl);
  await client.files.completeUploadExternal({
    files: [{ id, title: file.name }],
    channel_id: channel.id,
    initial_comment: escapeText(file.alt),
  });
}

/** Uploads a picture that blocks can show then; it is posted nowhere by itself. @returns what Slack calls it */
export async function uploadPicture(
  client: WebClient,
  picture: Picture,
  apiUrl: string | undefined,
): Promise<string> {
  const bytes = new Uint8Array(await picture.content());
  const id = await uploadBytes(client, bytes, picture, apiUrl);
  await client.files.completeUploadExternal({ files: [{ id, title: picture.name }] });
  return id;
}

async function uploadBytes(
  client: WebClient,
  bytes: Uint8Array<ArrayBuffer>,
  { name, mime, alt }: { name: string; mime: string; alt: string },
  apiUrl: string | undefined,
): Promise<string> {
  const place = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.byteLength,
    ...(mime.startsWith('image/') ? { alt_txt: shorten(alt, ALT_TEXT) } : {}),
  });
  if (!place.file_id || !place.upload_url || !isSlackAddress(place.upload_url, 'files', apiUrl))
    throw new PlatformError('refused', 'Slack named no place for the file that is its own.');
  await upload(place.upload_url, bytes, mime);
  return place.file_id;
}

async function upload(url: string, body: Uint8Array<ArrayBuffer>, mime: string): Promise<void> {
  const later = (why: string) => new PlatformError('later', `Slack did not take the file (${why}).`);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': mime },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_WITHIN),
    });
  } catch (cause) {
    // The address lets anybody upload, and fetch puts it into its errors.
    throw later(cause instanceof Error ? cause.name : 'unknown');
  }
  await answer.body?.cancel();
  if (!answer.ok) throw later(`status ${answer.status}`);
}
