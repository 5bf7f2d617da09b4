import { avatar } from './avatar.ts';
import { become } from './go.ts';
import { classes, html, icon } from './html.ts';
import { change, type Store, unread, usePage, useStore } from './store.ts';

const waiting = (store: Store, person: string): number =>
  Object.keys(store.state?.counts[person] ?? {}).filter(
    (channel) => channel.startsWith('D') && unread(store, person, channel) > 0,
  ).length;

/** Arrow keys walk from seat to seat, as in any group of radio buttons. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step || !(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const seats = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.seat')];
  const at = seats.findIndex((seat) => seat.matches(':focus'));
  const next = seats[(at + step + seats.length) % seats.length];
  next?.focus();
  next?.click();
}

/** Whose seat we sit in. Always in sight, since everything that one sees depends on it. */
export function Seats() {
  const store = useStore();
  const state = usePage();
  return html`
    <header class="seats">
      <button class="icon-button only-phone" aria-label="Channels and messages" aria-expanded=${store.drawer} onClick=${() => change({ drawer: !store.drawer })}>${icon('menu', 20)}</button>
      <div class="seat-list" role="radiogroup" aria-label="You are" onKeyDown=${walk}>
        <span class="seat-label" aria-hidden="true">You are</span>
        ${state.people.map((person) => {
          const mine = person.id === store.as;
          const news = mine ? 0 : waiting(store, person.id);
          return html`
            <button key=${person.id} class=${classes('seat', mine && 'chosen')} role="radio" aria-checked=${mine} tabindex=${mine ? 0 : -1} data-person=${person.name}
              aria-label=${`${person.realName}, ${person.title}${person.deleted ? ', deactivated' : ''}${news ? ', new messages' : ''}`}
              title=${`${person.realName} · ${person.title}`} onClick=${() => become(person.id)}>
              ${avatar(state, person.id, 'small')}
              <span class="seat-name">${person.realName.split(' ')[0]}</span>
              ${mine && person.title ? html`<span class="seat-title">${person.title}</span>` : null}
              ${news ? html`<span class="dot"></span>` : null}
            </button>`;
        })}
      </div>
      ${
        state.firstSteps.length > 0
          ? html`<button class=${classes('quiet-button', store.guide && 'on')} aria-pressed=${store.guide} onClick=${() => change({ guide: !store.guide, thread: undefined })}>${icon('guide')}<span>First steps</span></button>`
          : null
      }
    </header>
  `;
}
