import { useLayoutEffect, useRef } from 'preact/hooks';
import { avatar } from './avatar.ts';
import { Composer } from './composer.ts';
import { classes, html, icon } from './html.ts';
import { Message } from './message.ts';
import { appChannel, channelTitle, partnerOf, usePage, useStore } from './store.ts';
import type { PageState, WireChannel, WireMessage } from './wire.ts';

const seconds = (message: WireMessage): number => Number(message.ts.split('.')[0]);
const dayOf = (message: WireMessage): string => new Date(seconds(message) * 1000).toDateString();

/** A message stands without face and name where the same author has just said something. */
export const follows = (message: WireMessage, before?: WireMessage): boolean =>
  before?.author === message.author &&
  before.onlyFor === message.onlyFor &&
  !message.answers &&
  seconds(message) - seconds(before) < 300 &&
  dayOf(before) === dayOf(message);

const dayName = (message: WireMessage): string => {
  const date = new Date(seconds(message) * 1000);
  if (date.toDateString() === new Date().toDateString()) return 'Today';
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
};

export function Channel() {
  const { place, state: known } = useStore();
  const state = usePage();
  const channel = known?.channels.find(({ id }) => place?.kind === 'channel' && id === place.id);
  const list = useRef<HTMLDivElement>(null);
  const shown = state.messages.filter((message) => message.channel === channel?.id && !message.threadTs);
  const last = shown.at(-1);
  const signature = `${channel?.id}/${shown.length}/${last?.ts}/${last?.text}`;
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const box = list.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [signature]);
  if (!channel) return null;
  const watch = () => {
    const box = list.current;
    if (box) atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  };
  return html`
    <${Title} state=${state} channel=${channel} />
    <div class="messages" ref=${list} onScroll=${watch} tabindex="0" role="log" aria-label=${`Messages in ${channelTitle(state, channel)}`}>
      <div class="messages-inner">
        <${Beginning} state=${state} channel=${channel} />
        ${shown.map((message, index) => {
          const before = shown[index - 1];
          const newDay = !before || dayOf(before) !== dayOf(message);
          return html`
            ${newDay ? html`<div class="day" role="separator" key=${`day-${message.ts}`}><span>${dayName(message)}</span></div>` : null}
            <${Message} key=${message.ts} message=${message} joined=${follows(message, before)} />`;
        })}
      </div>
    </div>
    <${Composer} key=${channel.id} channel=${channel} />
  `;
}

function Title({ state, channel }: { state: PageState; channel: WireChannel }) {
  const partner = partnerOf(state, channel);
  const isApp = channel.id === appChannel(state)?.id;
  const people = channel.members.filter((id) => id !== state.app.userId).length;
  return html`
    <header class="title">
      ${channel.kind === 'direct' ? avatar(state, partner?.id ?? state.app.userId, 'small') : icon(channel.kind === 'private' ? 'lock' : 'hash', 20)}
      <h1>${channelTitle(state, channel)}</h1>
      <p>${channel.kind === 'direct' ? (isApp ? 'App' : partner?.title) : channel.topic}</p>
      ${channel.kind === 'direct' ? null : html`<span class="count">${people} people${channel.members.includes(state.app.userId) ? `, ${state.app.name}` : ''}</span>`}
    </header>`;
}

function Beginning({ state, channel }: { state: PageState; channel: WireChannel }) {
  const isApp = channel.id === appChannel(state)?.id;
  const partner = channel.kind === 'direct' ? partnerOf(state, channel) : undefined;
  return html`
    <div class=${classes('beginning', isApp && 'app')}>
      ${channel.kind === 'direct' ? avatar(state, partner?.id ?? state.app.userId, 'large') : html`<span class="beginning-sign">${icon('hash', 26)}</span>`}
      <div>
        <h2>${channel.kind === 'direct' ? channelTitle(state, channel) : `#${channel.name}`}</h2>
        <p>${
          isApp
            ? 'Answers to what you ask, and news that concern you alone. Type /access to see what you can do.'
            : partner
              ? `Between you and ${partner.realName}.`
              : `${channel.topic ? `${channel.topic}. ` : ''}Commands work here too: type / to see them. Most answers are visible to you alone.`
        }</p>
      </div>
    </div>`;
}
