import { useState } from 'preact/hooks';
import { openDirect, refresh } from './api.ts';
import { avatar } from './avatar.ts';
import { goTo, stayOrArrive } from './go.ts';
import { classes, html, icon, type Node } from './html.ts';
import { appChannel, change, partnerOf, toast, unread, usePage, useStore } from './store.ts';

function row(options: {
  face: Node;
  name: string;
  here: boolean;
  news?: number;
  onClick: () => void;
  key: string;
}) {
  const { face, name, here, news = 0, onClick, key } = options;
  return html`
    <li key=${key}>
      <button class=${classes('row', here && 'here', news > 0 && 'news')} aria-current=${here ? 'page' : undefined} onClick=${onClick}>
        ${face}<span class="row-name">${name}</span>
        ${news > 0 ? html`<span class="badge" aria-label=${`${news} new`}>${news > 99 ? '99+' : news}</span>` : null}
      </button>
    </li>`;
}

export function Sidebar() {
  const store = useStore();
  const state = usePage();
  const { place } = store;
  const at = place?.kind === 'channel' ? place.id : place?.kind;
  const app = appChannel(state);
  const channel = (id: string) => () => goTo({ kind: 'channel', id });
  const others = state.people.filter((person) => person.id !== state.you);
  const talk = async (person: string) => {
    const id = await openDirect(person);
    if (id) goTo({ kind: 'channel', id });
  };
  return html`
    <nav class="sidebar" aria-label="Channels and messages">
      <div class="workspace"><span class="workspace-name">${state.team}</span><span class="workspace-kind">Playground</span></div>
      <div class="lists">
        <h2>Channels</h2>
        <ul>
          ${state.channels
            .filter(({ kind }) => kind !== 'direct')
            .map((item) =>
              row({
                key: item.id,
                face: icon(item.kind === 'private' ? 'lock' : 'hash', 16),
                name: item.name,
                here: at === item.id,
                news: unread(store, state.you, item.id),
                onClick: channel(item.id),
              }),
            )}
        </ul>
        <h2>${state.app.name}</h2>
        <ul>
          ${row({ key: 'home', face: icon('home', 16), name: 'Home', here: at === 'home', onClick: () => goTo({ kind: 'home' }) })}
          ${app ? row({ key: 'messages', face: icon('chat', 16), name: 'Messages', here: at === app.id, news: unread(store, state.you, app.id), onClick: channel(app.id) }) : null}
          ${row({ key: 'inbox', face: icon('inbox', 16), name: 'Inbox', here: at === 'inbox', news: Math.max(0, state.letters.length - (store.seen.letters ?? 0)), onClick: () => goTo({ kind: 'inbox' }) })}
        </ul>
        <h2>People</h2>
        <ul>
          ${others.map((person) => {
            const open = state.channels.find(
              (item) => item.kind === 'direct' && partnerOf(state, item)?.id === person.id,
            );
            return row({
              key: person.id,
              face: avatar(state, person.id, 'small'),
              name: person.deleted ? `${person.realName} (deactivated)` : person.realName,
              here: at === open?.id,
              news: open ? unread(store, state.you, open.id) : 0,
              onClick: () => (open ? goTo({ kind: 'channel', id: open.id }) : void talk(person.id)),
            });
          })}
        </ul>
      </div>
      <${Reset} />
    </nav>
  `;
}

function Reset() {
  const [step, setStep] = useState<'rest' | 'sure' | 'busy'>('rest');
  const reset = async () => {
    setStep('busy');
    const answer = await fetch('/playground/reset', { method: 'POST' }).catch(() => undefined);
    if (!answer?.ok) toast('The playground could not be reset.');
    change({ seen: {}, tried: [], guide: true, thread: undefined, letter: undefined });
    await refresh();
    stayOrArrive();
    setStep('rest');
  };
  return html`
    <div class="sidebar-foot">
      <p>Everything here runs on this machine. No message or mail leaves it.</p>
      ${
        step === 'sure'
          ? html`<div class="sure"><span>Forget everything said and done?</span>
            <button class="side-button" onClick=${reset}>Start over</button><button class="side-button" onClick=${() => setStep('rest')}>Keep it</button></div>`
          : html`<button class="side-button" disabled=${step === 'busy'} aria-busy=${step === 'busy'} onClick=${() => setStep('sure')}>${icon('reset', 15)}${step === 'busy' ? 'Starting over…' : 'Reset'}</button>`
      }
    </div>
  `;
}
