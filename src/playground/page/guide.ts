import { useState } from 'preact/hooks';
import { deed, refresh } from './api.ts';
import { avatar } from './avatar.ts';
import { become, goTo } from './go.ts';
import { classes, html, icon } from './html.ts';
import { appChannel, change, look, usePage, useStore } from './store.ts';
import { tickTyped } from './tick.ts';
import type { FirstStep } from './wire.ts';

/** Sits down in the right seat, goes where the answer will be in sight, and types. */
async function tryStep(step: FirstStep): Promise<void> {
  const { state } = look();
  const person = state?.people.find(({ name, email, id }) => [name, email, id].includes(step.as));
  if (person) await become(person.id);
  const now = look().state;
  const { place } = look();
  if (!now) return;
  const named = now.channels.find(({ name }) => name === step.in)?.id;
  if (named) goTo({ kind: 'channel', id: named });
  else if (place?.kind !== 'channel') {
    const id = appChannel(now)?.id;
    if (id) goTo({ kind: 'channel', id });
  }
  const there = look().place;
  if (innerWidth < 900) change({ guide: false });
  if (there?.kind !== 'channel') return;
  const { failed } = await deed('type', { channel: there.id, text: step.command });
  await refresh();
  if (failed === undefined) tickTyped(step.command);
}

export function Guide() {
  const state = usePage();
  const { tried } = useStore();
  const [busy, setBusy] = useState('');
  const run = async (step: FirstStep) => {
    setBusy(step.command);
    await tryStep(step);
    setBusy('');
  };
  return html`
    <aside class="aside guide" aria-label="First steps">
      <header class="title"><h1>First steps</h1>
        <button class="icon-button" aria-label="Close the first steps" onClick=${() => change({ guide: false })}>${icon('close', 18)}</button></header>
      <div class="guide-body">
        <p class="guide-lead">This is a small workspace in front of the real ${state.app.name}. Take somebody's seat above and type, or let one of these do it for you.</p>
        <ol class="steps">
          ${state.firstSteps.map((step, index) => {
            const person = state.people.find(({ name, email, id }) => [name, email, id].includes(step.as));
            const done = tried.includes(step.command);
            return html`
              <li key=${step.command} class=${classes('step', done && 'done')}>
                <span class="step-number" aria-hidden="true">${done ? icon('check', 14) : index + 1}</span>
                <div>
                  <h2>${step.title}</h2>
                  <p>${step.text}</p>
                  <button class="chip" aria-busy=${busy === step.command} disabled=${busy !== ''} onClick=${() => run(step)} aria-label=${`Type ${step.command}${person ? ` as ${person.realName}` : ''}`}>
                    <code>${step.command}</code>
                  </button>
                  ${person ? html`<span class="step-as">as ${avatar(state, person.id, 'small')} ${person.realName.split(' ')[0]}${done ? ' · done' : ''}</span>` : null}
                </div>
              </li>`;
          })}
        </ol>
      </div>
    </aside>
  `;
}
