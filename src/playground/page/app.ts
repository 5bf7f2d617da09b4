import { useEffect } from 'preact/hooks';
import { Channel } from './channel.ts';
import { Guide } from './guide.ts';
import { HomeTab } from './home.ts';
import { classes, html } from './html.ts';
import { Inbox } from './inbox.ts';
import { Modals } from './modal.ts';
import { Seats } from './seats.ts';
import { Sidebar } from './sidebar.ts';
import { change, markRead, useStore } from './store.ts';
import { Thread } from './thread.ts';

export function App() {
  const store = useStore();
  const { state, place, thread, guide } = store;
  const open = place?.kind === 'channel' ? place.id : undefined;
  const count = open ? state?.counts[store.as]?.[open] : undefined;
  useEffect(() => {
    if (open && state?.you === store.as) markRead(store.as, open);
  }, [open, count, store.as]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') change({ drawer: false });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  if (!state)
    return html`<p class="starting">The playground does not answer. Start it again with npm start, then reload.</p>`;
  const aside = thread
    ? html`<${Thread} key=${thread.ts} />`
    : guide && state.firstSteps.length > 0
      ? html`<${Guide} />`
      : null;
  return html`
    <div class=${classes('page', store.drawer && 'drawer-open', aside && 'with-aside')}>
      <${Seats} />
      <${Sidebar} />
      <button class="scrim" aria-label="Close the list of channels" tabindex=${store.drawer ? 0 : -1} onClick=${() => change({ drawer: false })}></button>
      <main class="main" id="main">
        ${place?.kind === 'inbox' ? html`<${Inbox} />` : place?.kind === 'home' ? html`<${HomeTab} key=${state.you} />` : html`<${Channel} key=${`${open}/${state.you}`} />`}
      </main>
      ${aside}
      <${Modals} />
      <div class="toasts" role="status" aria-live="polite">
        ${store.offline ? html`<p class="toast">Not connected. Trying again…</p>` : null}
        ${store.toasts.map(({ id, text }) => html`<p class="toast" key=${id}>${text}</p>`)}
      </div>
    </div>
  `;
}
