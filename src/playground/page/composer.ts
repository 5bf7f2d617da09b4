import { useRef, useState } from 'preact/hooks';
import { deed } from './api.ts';
import { classes, html, icon } from './html.ts';
import { Menu } from './menu.ts';
import { channelTitle, usePage } from './store.ts';
import { tickTyped } from './tick.ts';
import type { PageState, WireChannel } from './wire.ts';

type Offer = { key: string; text: string; title: string; hint?: string; summary: string };

/** What may be meant: a command that begins so, or a person or channel after the last @ or #. */
function offersFor(state: PageState, typed: string, inThread: boolean): Offer[] {
  if (typed.startsWith('/')) {
    if (inThread) return [];
    const words = typed.toLowerCase();
    const exact = state.suggestions.some(
      ({ command }) =>
        words.startsWith(`${command} `) &&
        !state.suggestions.some((other) => other.command.startsWith(words)),
    );
    if (exact) return [];
    const starts = state.suggestions.filter(({ command }) => command.startsWith(words.trimEnd()));
    const contains = state.suggestions.filter(
      (item) =>
        !starts.includes(item) &&
        words.length > 3 &&
        words.split(/\s+/).every((word) => item.command.includes(word)),
    );
    return [...starts, ...contains].slice(0, 40).map(({ command, usage, summary }) => ({
      key: command,
      text: `${command} `,
      title: command,
      hint: usage ?? '',
      summary,
    }));
  }
  const [, before = '', sign, word = ''] = /^(.*?)([@#])([\w-]*)$/s.exec(typed) ?? [];
  if (!sign || /\w$/.test(before)) return [];
  const people = [
    { name: state.app.name.toLowerCase(), realName: state.app.name, title: 'App' },
    ...state.people,
  ];
  const things =
    sign === '@'
      ? people
      : state.channels
          .filter(({ kind }) => kind !== 'direct')
          .map(({ name, topic }) => ({ name, realName: `#${name}`, title: topic }));
  return things
    .filter(({ name, realName }) => `${name} ${realName}`.toLowerCase().includes(word.toLowerCase()))
    .map(({ name, realName, title }) => ({
      key: name,
      text: `${before}${sign}${name} `,
      title: realName,
      summary: title,
    }));
}

export function Composer({ channel, threadTs }: { channel: WireChannel; threadTs?: string }) {
  const state = usePage();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [quiet, setQuiet] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const offers = quiet ? [] : offersFor(state, text, Boolean(threadTs));
  const title = channelTitle(state, channel);
  const label = threadTs ? 'Reply' : `Message ${channel.kind === 'direct' ? title : `#${title}`}`;
  const listId = `offers-${threadTs ?? 'main'}`;

  const write = (value: string) => {
    setText(value);
    setAt(0);
    setQuiet(false);
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    requestAnimationFrame(() => {
      box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    });
  };
  const take = (offer: Offer) => {
    write(offer.text);
    field.current?.focus();
  };
  const say = async () => {
    const words = text.trim();
    if (!words || busy) return;
    setBusy(true);
    write('');
    const outcome = await deed('type', {
      channel: channel.id,
      text: words,
      ...(threadTs ? { threadTs } : {}),
    });
    if (outcome.failed) write(words);
    else tickTyped(words);
    setBusy(false);
    field.current?.focus();
  };
  const key = (event: KeyboardEvent) => {
    const offer = offers[at];
    if (offers.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const next = (at + (event.key === 'ArrowDown' ? 1 : -1) + offers.length) % offers.length;
      setAt(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (
      offer &&
      (event.key === 'Tab' || (event.key === 'Enter' && offer.text.trim() !== text.trim()))
    ) {
      event.preventDefault();
      take(offer);
    } else if (event.key === 'Escape') setQuiet(true);
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void say();
    }
  };
  const shortcuts = state.shortcuts.filter(({ kind }) => kind === 'global');
  return html`
    <div class="composer">
      ${
        offers.length > 0
          ? html`<ul class="offers" id=${listId} role="listbox" aria-label="Suggestions">
            ${offers.map(
              (offer, index) => html`
              <li key=${offer.key} id=${`${listId}-${index}`} role="option" aria-selected=${index === at} class=${classes('offer', index === at && 'at')}
                onMouseDown=${(event: Event) => event.preventDefault()} onClick=${() => take(offer)} onMouseMove=${() => setAt(index)}>
                <span class="offer-title">${offer.title}</span>${offer.hint ? html`<span class="offer-hint">${offer.hint}</span>` : null}<span class="offer-summary">${offer.summary}</span>
              </li>`,
            )}
          </ul>`
          : null
      }
      <div class="composer-box">
        ${
          threadTs || shortcuts.length === 0
            ? null
            : html`<${Menu} label="Shortcuts" face=${icon('bolt', 18)} className="icon-button"
              items=${shortcuts.map((item) => ({ label: item.name, hint: item.description, act: () => void deed('shortcut', { callbackId: item.callbackId }) }))} />`
        }
        <textarea ref=${field} rows="1" value=${text} placeholder=${threadTs || innerWidth < 600 ? label : `${label}, or type / for commands`} aria-label=${label} autocomplete="off" spellcheck=${false}
          role="combobox" aria-expanded=${offers.length > 0} aria-controls=${listId} aria-autocomplete="list" aria-activedescendant=${offers.length > 0 ? `${listId}-${at}` : undefined}
          onInput=${(event: Event) => write((event.target as HTMLTextAreaElement).value)} onKeyDown=${key}></textarea>
        <button class="send" aria-label="Send" aria-busy=${busy} disabled=${!text.trim()} onClick=${say}>${icon('send', 18)}</button>
      </div>
    </div>
  `;
}
