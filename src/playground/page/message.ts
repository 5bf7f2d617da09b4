import { useState } from 'preact/hooks';
import { deed } from './api.ts';
import { authorName, avatar } from './avatar.ts';
import { Blocks } from './blocks/blocks.ts';
import { mrkdwn } from './blocks/mrkdwn.ts';
import { type Fill, filled } from './blocks/stage.ts';
import { classes, html, icon } from './html.ts';
import { Menu } from './menu.ts';
import { change, usePage } from './store.ts';
import type { WireFile, WireMessage } from './wire.ts';

const time = (ts: string): Date => new Date(Number(ts.split('.')[0]) * 1000);
const clock = (date: Date): string =>
  date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });

export function Message({
  message,
  joined,
  inThread,
}: {
  message: WireMessage;
  joined?: boolean;
  inThread?: boolean;
}) {
  const state = usePage();
  const date = time(message.ts);
  const replies = inThread
    ? []
    : state.messages.filter((item) => item.threadTs === message.ts && item.channel === message.channel);
  const name = authorName(state, message.author);
  const stamp = html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>${clock(date)}</time>`;
  const isApp = message.author === state.app.userId;
  return html`
    <article class=${classes('message', joined && 'joined', message.onlyFor && 'ephemeral')} aria-label=${`${name}, ${clock(date)}`} data-ts=${message.ts}>
      <div class="message-side">${joined ? html`<span class="message-hour">${stamp}</span>` : avatar(state, message.author)}</div>
      <div class="message-main">
        ${message.onlyFor ? html`<p class="only-you">${icon('eye', 14)}Only visible to you${message.answers ? html`<span class="answers">${message.answers}</span>` : null}</p>` : null}
        ${joined ? null : html`<p class="message-head"><strong>${name}</strong>${isApp ? html`<span class="tag">App</span>` : null}${stamp}</p>`}
        <${Body} message=${message} />
        ${(message.files ?? []).map((file) => html`<${File} key=${file.id} file=${file} />`)}
        ${
          replies.length > 0
            ? html`<button class="replies" onClick=${() => change({ thread: { channel: message.channel, ts: message.ts } })}>
              ${[...new Set(replies.map(({ author }) => author))].slice(0, 3).map((id) => avatar(state, id, 'small'))}
              ${replies.length === 1 ? '1 reply' : `${replies.length} replies`}</button>`
            : null
        }
      </div>
      ${message.onlyFor ? null : html`<${Tools} message=${message} inThread=${inThread} />`}
    </article>
  `;
}

function Body({ message }: { message: WireMessage }) {
  const state = usePage();
  const [typed, setFill] = useState<Fill>({});
  if (message.blocks.length === 0) {
    if (!message.text) return null;
    return html`<div class="words">${mrkdwn(state, message.text)}${message.edited ? html`<span class="edited"> (edited)</span>` : null}</div>`;
  }
  const stage = {
    where: { channel: message.channel, message: message.ts },
    kind: 'message' as const,
    fill: filled(message.blocks, {}, typed),
    setFill,
    errors: {},
  };
  return html`<${Blocks} blocks=${message.blocks} stage=${stage} />${message.edited ? html`<span class="edited">(edited)</span>` : null}`;
}

function Tools({ message, inThread }: { message: WireMessage; inThread?: boolean }) {
  const state = usePage();
  const shortcuts = state.shortcuts.filter(({ kind }) => kind === 'message');
  const on = { channel: message.channel, message: message.ts };
  return html`
    <div class="tools">
      ${inThread ? null : html`<button class="icon-button" aria-label="Reply in thread" title="Reply in thread" onClick=${() => change({ thread: { channel: message.channel, ts: message.ts } })}>${icon('reply', 16)}</button>`}
      ${
        shortcuts.length > 0
          ? html`<${Menu} label="More message shortcuts" face=${icon('more', 16)} className="icon-button"
            items=${shortcuts.map((item) => ({ label: item.name, hint: item.description, act: () => void deed('shortcut', { callbackId: item.callbackId, on }) }))} />`
          : null
      }
    </div>`;
}

const bytes = (size: number): string =>
  size > 1_000_000 ? `${(size / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1000))} kB`;

function File({ file }: { file: WireFile }) {
  const state = usePage();
  const address = `/playground/files/${file.id}?as=${state.you}`;
  if (file.type.startsWith('image/')) {
    return html`<figure class="picture"><figcaption>${file.title}</figcaption><a href=${address} target="_blank" rel="noopener"><img src=${address} alt=${file.alt || file.title} loading="lazy" /></a></figure>`;
  }
  return html`<a class="file" href=${address} download=${file.name}>${icon('file', 22)}<span><strong>${file.title}</strong><small>${file.name} · ${bytes(file.size)}</small></span></a>`;
}
