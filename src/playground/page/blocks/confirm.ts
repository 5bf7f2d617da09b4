import { useLayoutEffect, useRef } from 'preact/hooks';
import { html } from '../html.ts';
import { usePage } from '../store.ts';
import { text } from './blocks.ts';
import { json, words } from './stage.ts';

export function Confirm({ confirm, onAnswer }: { confirm: unknown; onAnswer: (yes: boolean) => void }) {
  const state = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = json(confirm);
  useLayoutEffect(() => {
    const box = dialog.current;
    if (box && !box.open) box.showModal();
    return () => box?.close();
  }, []);
  return html`
    <dialog ref=${dialog} class="modal confirm" role="alertdialog" aria-labelledby="confirm-title" aria-describedby="confirm-text"
      onCancel=${(event: Event) => {
        event.preventDefault();
        event.stopPropagation();
        onAnswer(false);
      }}>
      <div class="modal-body">
        <h2 id="confirm-title">${words(asked.title)}</h2>
        <div id="confirm-text" class="words">${text(state, asked.text)}</div>
      </div>
      <footer class="modal-foot">
        <button type="button" class="button" autofocus onClick=${() => onAnswer(false)}>${words(asked.deny)}</button>
        <button type="button" class=${`button ${asked.style === 'danger' ? 'danger filled' : 'primary'}`} onClick=${() => onAnswer(true)}>${words(asked.confirm)}</button>
      </footer>
    </dialog>
  `;
}
