import { html } from 'hono/html';
import { type Html, headersFor, mainOf, type State, sheet } from '../invitation/sheet.ts';
import type { Problem } from '../problem.ts';
import { drawCard } from './card.ts';
import { confirmations } from './confirmations.ts';
import type { ConfirmedStepUp, Registered, ShownEnrolment, ShownStepUp } from './verbs.ts';

export const PAGE_HEADERS = headersFor("'self'");

const SCRIPTS = html`<script src="/passkeys/webauthn.js" defer></script><script type="module" src="/passkeys/page.js"></script>`;

const page = (state: State, more: Html | '' = ''): string => sheet(state, more, SCRIPTS);

const INCOMPLETE: State = {
  name: 'incomplete',
  title: 'This link is not complete',
  tone: 'warn',
  sign: '?',
  body: html`<p>It ends in a long secret behind a # sign. Open it again where you got it, or paste it here.</p><form><label for="token">The whole link</label><input id="token" name="token" required autocomplete="off" spellcheck="false"><button>Continue</button></form>`,
};

const OFFLINE: State = {
  name: 'offline',
  title: 'No connection',
  tone: 'warn',
  sign: '!',
  body: html`<p>The answer did not arrive, so it is not known here whether anything changed. Trying again is safe: a link works only once.</p><button type="button">Try again</button>`,
};

/** What the device can answer instead of a signature. */
const DEVICE: Readonly<Record<string, string>> = {
  dismissed: 'Your device gave no answer, or you closed its question. Nothing has changed; try again.',
  known:
    'This device holds a passkey of yours already. Use another device, or remove that one first in chat.',
  address:
    'Your browser makes no passkeys at this address. Nothing has changed; tell whoever runs this installation.',
  unable: 'Your browser or device cannot do this. Nothing has changed; open the link on another one.',
};

/** What GET answers: it knows nothing and changes nothing, because scanners fetch it too. */
export const checkingPage = (): string =>
  page(
    {
      name: 'checking',
      title: 'Your passkey',
      body: html`<noscript><p>Passkeys need scripts, and your browser runs none here. Open the link in another browser.</p></noscript><div id="checking" role="status" hidden><p class="wait" aria-hidden="true"></p><p>Looking at your link…</p></div>`,
    },
    html`<template id="offline">${mainOf(OFFLINE)}</template><template id="incomplete">${mainOf(INCOMPLETE)}</template>${Object.entries(
      DEVICE,
    ).map(([name, words]) => html`<template id="${name}">${words}</template>`)}`,
  );

/** The one button of a page: the device is asked, and its answer goes to `action`. */
const ceremony = (form: {
  action: string;
  kind: 'create' | 'get';
  options: object;
  seen?: string;
  yes: string;
}): Html =>
  html`<form method="post" action="${form.action}" data-ceremony="${form.kind}" data-options="${JSON.stringify(
    form.options,
  )}" data-seen="${form.seen ?? ''}"><p role="alert" class="alert" hidden></p><button>${form.yes}</button></form>`;

export const enrolmentPage = ({ email, name, options }: ShownEnrolment): string =>
  page({
    name: 'enrol',
    title: 'Add your passkey',
    sign: '+',
    body: html`<p>With it you confirm what is dangerous, such as approving a high-risk role. Your device asks for your fingerprint, face, PIN or security key; none of that leaves it.</p>
<dl>
<div><dt>Who</dt><dd>${email}</dd></div>
<div><dt>Passkey</dt><dd>${name}</dd></div>
</dl>
${ceremony({ action: '/passkeys/add/finish', kind: 'create', options, yes: 'Add passkey' })}
<p class="soft">If you did not ask for this in chat, close this page and tell whoever runs your organization.</p>`,
  });

const CLOSE = html`<p class="soft">You can close this page.</p>`;

export const registeredPage = ({ email, name }: Registered): string =>
  page({
    name: 'done',
    title: 'Your passkey is added',
    tone: 'good',
    sign: '✓',
    body: html`<p>${name} now confirms for ${email}. Go back to your chat, and press the button again that asked for it.</p>${CLOSE}`,
  });

export const stepUpPage = (shown: ShownStepUp): string => {
  const { title, card, yes } = confirmations[shown.action];
  return page({
    name: 'confirm',
    title: title(shown.shown),
    sign: '!',
    body: html`<p>You are ${shown.by}. Nothing happens until you confirm with your passkey.</p>
${drawCard(card(shown.shown))}
${shown.note ? html`<dl><div><dt>Your note</dt><dd>${shown.note}</dd></div></dl>` : ''}
${ceremony({ action: '/passkeys/confirm/finish', kind: 'get', options: shown.options, seen: shown.seen, yes })}
<p class="soft">If you do not want it, close this page and press Deny in chat: that takes no passkey.</p>`,
  });
};

export const confirmedPage = ({ action, done }: ConfirmedStepUp): string => {
  const card = confirmations[action].done(done);
  return page({
    name: 'done',
    title: card.title,
    tone: 'good',
    sign: '✓',
    body: html`${drawCard(card)}<p>Confirmed with your passkey.</p>${CLOSE}`,
  });
};

const TITLES: Readonly<Record<string, string>> = {
  unknown: 'No such link',
  used: 'This link was used already',
  expired: 'This link has expired',
  changed: 'It has changed',
  unproven: 'Not confirmed',
  'wrong-state': 'Too late',
  'too-many-requests': 'Too many tries',
};

const UNKNOWN = 'Check that you opened the whole link, and the newest one. If it stays, start anew in chat.';

export const refusalPage = ({ code, title, detail }: Problem): string =>
  page({
    name: code,
    title: TITLES[code] ?? 'Not done',
    tone: 'warn',
    sign: '!',
    body: html`<p>${title}</p><p>${code === 'unknown' ? UNKNOWN : (detail ?? '')}</p>`,
  });
