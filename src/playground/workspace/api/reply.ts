import { refuseMessage } from '../blocks/check-message.ts';
import { nameBlocks } from '../blocks/check-view.ts';
import { randomId } from '../ids.ts';
import { addMessage, rewrite, sayEphemeral } from '../say.ts';
import { type Shape, shapesOf, stringOf } from '../shape.ts';
import type { ReplyUrl, Site } from '../site.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const LIFE = 30 * 60_000;
const USES = 5;

/** Takes what the app posts to a `response_url`. */
export async function reply(
  site: Site,
  secret: string,
  args: Shape,
): Promise<{ status: 200 | 400 | 404; body: Shape }> {
  const url = site.replyUrls.get(secret);
  if (!url) return { status: 404, body: { ok: false, error: 'invalid_url' } };
  if (Date.now() - url.born > LIFE) return { status: 404, body: { ok: false, error: 'expired_url' } };
  if (url.uses >= USES) return { status: 404, body: { ok: false, error: 'used_url' } };
  url.uses += 1;
  const original = url.original && site.messages.includes(url.original) ? url.original : undefined;
  if (args.delete_original === true) {
    if (original) site.messages.splice(site.messages.indexOf(original), 1);
    site.changed();
    return { status: 200, body: { ok: true } };
  }
  const refusal = refuseMessage(args);
  if (refusal)
    return {
      status: 400,
      body: { ok: false, error: refusal.error, response_metadata: { messages: refusal.messages ?? [] } },
    };
  if (args.replace_original === true && original) {
    rewrite(original, { blocks: [], ...args });
    original.edited = !original.onlyFor;
    if (!original.onlyFor)
      await site.call(
        'chat.update',
        { channel: original.channel, ts: original.ts, text: original.text, blocks: original.blocks },
        site.app.token,
      );
    site.changed();
    return { status: 200, body: { ok: true } };
  }
  await answerWith(site, url, args);
  return { status: 200, body: { ok: true } };
}

/** Puts the app's answer where the person asked: for them alone, unless it says `in_channel`. */
export async function answerWith(
  site: Site,
  url: Pick<ReplyUrl, 'person' | 'channel' | 'threadTs' | 'answers'>,
  args: Shape,
): Promise<void> {
  const { person, channel, answers } = url;
  const threadTs = stringOf(args.thread_ts) || url.threadTs;
  if (args.response_type !== 'in_channel') {
    sayEphemeral(
      site,
      { person, channel, ...(threadTs ? { threadTs } : {}), ...(answers ? { answers } : {}) },
      args,
    );
    return;
  }
  const blocks = nameBlocks(shapesOf(args.blocks), () => randomId(''));
  const posted = await site.call(
    'chat.postMessage',
    { channel, text: args.text, blocks, ...(threadTs ? { thread_ts: threadTs } : {}) },
    site.app.token,
  );
  addMessage(site, {
    channel,
    ts: stringOf(posted.ts),
    author: site.app.userId,
    text: stringOf(args.text),
    blocks,
    ...(threadTs ? { threadTs } : {}),
    ...(answers ? { answers } : {}),
  });
}
