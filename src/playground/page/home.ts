import { useEffect, useState } from 'preact/hooks';
import { deed } from './api.ts';
import { Blocks } from './blocks/blocks.ts';
import { type Fill, filled } from './blocks/stage.ts';
import { html } from './html.ts';
import { usePage } from './store.ts';

/** The app's Home. Opening it asks the app to draw it anew. */
export function HomeTab() {
  const state = usePage();
  const { home } = state;
  const [typed, setFill] = useState<Fill>({});
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    void deed('home', { tab: 'home' });
    const timer = setTimeout(() => setWaited(true), 4000);
    return () => clearTimeout(timer);
  }, []);
  return html`
    <header class="title"><img class="avatar small" src="/playground/page/icon.svg" alt="" /><h1>${state.app.name}</h1><p>Home</p></header>
    <div class="home" tabindex="0" aria-label=${`${state.app.name} Home`}>
      <div class="home-inner">
        ${
          home
            ? html`<${Blocks} blocks=${home.blocks} stage=${{ where: { view: home.id }, kind: 'home', fill: filled(home.blocks, home.values, typed), setFill, errors: {} }} />`
            : html`<p class="empty">${waited ? `${state.app.name} has not drawn a Home for you yet.` : 'Loading…'}</p>`
        }
      </div>
    </div>
  `;
}
