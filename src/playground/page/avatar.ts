import { html } from './html.ts';
import { personOf } from './store.ts';
import type { PageState } from './wire.ts';

const initials = (name: string): string =>
  name
    .split(' ')
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');

export const authorName = (state: PageState, id: string): string => {
  if (id === state.app.userId) return state.app.name;
  return personOf(state, id)?.realName ?? 'Slackbot';
};

/** A face for a person, the app, or the client itself. The name always stands beside it. */
export function avatar(state: PageState, id: string, size: 'small' | 'medium' | 'large' = 'medium') {
  if (id === state.app.userId)
    return html`<img class="avatar ${size}" src="/playground/page/icon.svg" alt="" />`;
  const person = personOf(state, id);
  if (!person) return html`<span class="avatar ${size} client" aria-hidden="true">i</span>`;
  return html`<span class="avatar ${size}" style=${{ background: person.colour }} aria-hidden="true">${initials(person.realName)}</span>`;
}
