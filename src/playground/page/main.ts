import { render } from 'preact';
import { follow } from './api.ts';
import { App } from './app.ts';
import { start } from './go.ts';
import { html } from './html.ts';

const root = document.getElementById('root');
if (root) {
  await start();
  render(html`<${App} />`, root);
  follow();
  addEventListener('hashchange', () => void start());
}
