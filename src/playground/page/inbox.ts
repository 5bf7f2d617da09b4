import { useEffect } from 'preact/hooks';
import { classes, html, icon } from './html.ts';
import { change, look, usePage, useStore } from './store.ts';

/** Every letter that the app has sent, to whomever: there is one post room here, and it is open. */
export function Inbox() {
  const state = usePage();
  const store = useStore();
  const letters = [...state.letters].reverse();
  const open = letters.find(({ id }) => id === store.letter);
  useEffect(() => {
    if (look().seen.letters !== letters.length) change({ seen: { ...look().seen, letters: letters.length } });
  }, [letters.length]);
  return html`
    <header class="title">${icon('inbox', 20)}<h1>Inbox</h1><p>Every letter that ${state.app.name} has sent, to whomever</p></header>
    <div class=${classes('inbox', open && 'reading')}>
      <ul class="letters" aria-label="Letters">
        ${letters.length === 0 ? html`<li class="empty">No mail yet. Invite somebody: their letter arrives here.</li>` : null}
        ${letters.map(
          (letter) => html`
          <li key=${letter.id}>
            <button class=${classes('letter', letter.id === open?.id && 'here')} aria-current=${letter.id === open?.id} onClick=${() => change({ letter: letter.id })}>
              <span class="letter-to">To ${letter.to}</span>
              <time datetime=${new Date(letter.at).toISOString()}>${new Date(letter.at).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })}</time>
              <span class="letter-subject">${letter.subject}</span>
            </button>
          </li>`,
        )}
      </ul>
      <section class="reader" aria-label="Letter">
        ${
          open
            ? html`
            <div class="reader-head">
              <button class="quiet-button only-phone" onClick=${() => change({ letter: undefined })}>${icon('back', 16)}<span>All letters</span></button>
              <h2>${open.subject}</h2>
              <dl><dt>From</dt><dd>${open.from}</dd><dt>To</dt><dd>${open.to}</dd><dt>Sent</dt><dd>${new Date(open.at).toLocaleString()}</dd></dl>
            </div>
            <iframe key=${open.id} title=${open.subject} src=${`/playground/letters/${open.id}`} sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`
            : html`<p class="empty">${letters.length > 0 ? 'Choose a letter to read it. Its links open in a new tab.' : ''}</p>`
        }
      </section>
    </div>
  `;
}
