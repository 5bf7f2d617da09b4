import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const STYLE = read('./page.css');
const SCRIPT = read('./page.js');
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%2317624f'/%3E%3Cpath d='m4 8.5 2.5 2.5L12 5.5' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";

/** The page runs the named script and its own style and nothing else, and no search engine or cache keeps it. */
export const headersFor = (scripts: string): Readonly<Record<string, string>> => ({
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${hash(STYLE)}`,
    "connect-src 'self'",
    "form-action 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
});

export const PAGE_HEADERS = headersFor(hash(SCRIPT));

const INLINE = html`<script type="module">${raw(SCRIPT)}</script>`;

export interface State {
  name: string;
  title: string;
  tone?: 'good' | 'warn' | 'bad';
  /** One or two characters in the corner; the words say the same. */
  sign?: string;
  body: Html;
}

export const mainOf = (state: State): Html =>
  html`<main data-state="${state.name}" class="${state.tone ?? ''}">${
    state.sign ? html`<p class="sign" aria-hidden="true">${state.sign}</p>` : ''
  }<h1 tabindex="-1">${state.title}</h1>${state.body}</main>`;

/** The whole page of a state. `scripts` are those of the page, which the headers have to allow. */
export const sheet = (state: State, more: Html | '' = '', scripts: Html = INLINE): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${state.title} · Rollcall</title>
<link rel="icon" href="${ICON}">
<style>${raw(STYLE)}</style>
</head>
<body>
<p class="brand">Rollcall</p>
${mainOf(state)}
${more}
${scripts}
</body>
</html>`);
