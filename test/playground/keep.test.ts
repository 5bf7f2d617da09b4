import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keepSite } from '../../src/playground/workspace/keep.ts';
import { createWorkspace } from '../../src/playground/workspace/workspace.ts';
import { MANIFEST, startTinyApp } from './tiny-app.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollcall-keep-'));
const workspace = await createWorkspace({
  eventsUrl: () => 'http://127.0.0.1:1/slack/events',
  manifest: MANIFEST,
  people: [{ name: 'ada', realName: 'Ada Park', email: 'ada@acme.example' }],
  channels: [{ name: 'general' }],
});
afterAll(async () => {
  await workspace.stop();
  await rm(directory, { recursive: true, force: true });
});

test('a stop in the middle of a save loses nothing and fails nothing: what was said last is kept', async () => {
  const file = join(directory, 'conversation.json');
  const save = keepSite(workspace.site, file);
  const first = save();
  await workspace.type('ada', 'general', 'the last word');
  await Promise.all([first, save(), save()]);
  expect(await readFile(file, 'utf8')).toContain('the last word');
});

test('a save that fails does not stand in the way of the next', async () => {
  const folder = join(directory, 'not-there-yet');
  const save = keepSite(workspace.site, join(folder, 'conversation.json'));
  await expect(save()).rejects.toThrow('ENOENT');
  await mkdir(folder);
  await expect(save()).resolves.toBeUndefined();
});

test('a picture in a message is there again after a restart', async () => {
  const stateFile = join(directory, 'pictures.json');
  const first = await startTinyApp({ stateFile });
  const place = await first.client.files.getUploadURLExternal({ filename: 'trend.png', length: 3 });
  await fetch(place.upload_url ?? '', { method: 'POST', body: 'png' });
  await first.client.files.completeUploadExternal({
    files: [{ id: place.file_id ?? '', title: 'trend.png' }],
  });
  const block = { type: 'image' as const, slack_file: { id: place.file_id ?? '' }, alt_text: 'A trend.' };
  await first.client.chat.postMessage({ channel: 'general', text: 'A report', blocks: [block] });
  await first.stop();

  const second = await startTinyApp({ stateFile });
  try {
    const file = await second.workspace.file('ben', place.file_id ?? '');
    expect(Buffer.from(file?.bytes ?? new ArrayBuffer()).toString()).toBe('png');
  } finally {
    await second.stop();
  }
});
