import { activePerson } from '../find.ts';
import { type Shape, shapesOf, stringOf } from '../shape.ts';
import { personToken, type Site } from '../site.ts';

/** A person puts a file into a `file_input`; answers with the file as Slack describes it. */
export async function upload(
  site: Site,
  who: string,
  file: { name: string; bytes: ArrayBuffer },
): Promise<Shape> {
  const token = personToken(activePerson(site, who));
  const asked = await site.call(
    'files.getUploadURLExternal',
    { filename: file.name, length: file.bytes.byteLength },
    token,
  );
  await fetch(stringOf(asked.upload_url), { method: 'POST', body: file.bytes });
  const done = await site.call(
    'files.completeUploadExternal',
    { files: [{ id: asked.file_id, title: file.name }] },
    token,
  );
  const [uploaded] = shapesOf(done.files);
  if (!uploaded) throw new Error(`not uploaded: ${String(done.error)}`);
  return uploaded;
}
