import { useEffect, useRef } from 'preact/hooks';
import { Composer } from './composer.ts';
import { html, icon } from './html.ts';
import { Message } from './message.ts';
import { change, channelTitle, usePage, useStore } from './store.ts';

export function Thread() {
  const { thread } = useStore();
  const state = usePage();
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const channel = state.channels.find(({ id }) => id === thread?.channel);
  if (!thread || !channel) return null;
  const shown = state.messages.filter(
    (message) =>
      message.channel === channel.id && (message.ts === thread.ts || message.threadTs === thread.ts),
  );
  const replies = shown.length - 1;
  return html`
    <aside class="aside" aria-label="Thread">
      <header class="title"><h1>Thread</h1><p>${channel.kind === 'direct' ? '' : '#'}${channelTitle(state, channel)}</p>
        <button ref=${close} class="icon-button" aria-label="Close the thread" onClick=${() => change({ thread: undefined })}>${icon('close', 18)}</button></header>
      <div class="messages" role="log" aria-label="Replies"><div class="messages-inner">
        ${shown.map(
          (message, index) => html`
          <${Message} key=${message.ts} message=${message} inThread=${true} />
          ${index === 0 && replies > 0 ? html`<div class="day" role="separator"><span>${replies === 1 ? '1 reply' : `${replies} replies`}</span></div>` : null}`,
        )}
      </div></div>
      <${Composer} channel=${channel} threadTs=${thread.ts} />
    </aside>
  `;
}
