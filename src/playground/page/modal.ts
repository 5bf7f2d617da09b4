import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { deed, refresh } from './api.ts';
import { Blocks } from './blocks/blocks.ts';
import { type Fill, filled } from './blocks/stage.ts';
import { html, icon } from './html.ts';
import { usePage } from './store.ts';
import type { WireView } from './wire.ts';

/** The modal in front. Those behind it wait as they were left. */
export function Modals() {
  const { modals } = usePage();
  const top = modals.at(-1);
  return top ? html`<${Modal} key=${top.id} view=${top} depth=${modals.length} />` : null;
}

function Modal({ view, depth }: { view: WireView; depth: number }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const [typed, setTyped] = useState<Fill>({});
  const [errors, setErrors] = useState<{ [blockId: string]: string }>({});
  const [busy, setBusy] = useState(false);
  const fill = filled(view.blocks, view.values, typed);
  useLayoutEffect(() => {
    const box = dialog.current;
    if (box && !box.open) box.showModal();
    return () => box?.close();
  }, []);
  useEffect(() => {
    const first = body.current?.querySelector<HTMLElement>('input, textarea, .select');
    first?.focus();
  }, [view.title]);
  const close = (all = false) => {
    if (leaving.current) return;
    leaving.current = true;
    void deed('close', { view: view.id, all }).then(refresh);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !view.submit) return;
    setBusy(true);
    const outcome = await deed('submit', { view: view.id, fill });
    setErrors(outcome.errors ?? {});
    await refresh();
    setBusy(false);
    if (outcome.errors)
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const stage = { where: { view: view.id }, kind: 'modal' as const, fill, setFill: setTyped, errors };
  return html`
    <dialog ref=${dialog} class="modal" aria-labelledby="modal-title" onCancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}>
      <form onSubmit=${submit} novalidate>
        <header class="modal-head">
          ${depth > 1 ? html`<button type="button" class="icon-button" aria-label="Back" onClick=${() => close()}>${icon('back', 18)}</button>` : html`<img class="avatar small" src="/playground/page/icon.svg" alt="" />`}
          <h2 id="modal-title">${view.title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick=${() => close(true)}>${icon('close', 18)}</button>
        </header>
        <div class="modal-body" ref=${body}>
          ${Object.keys(errors).length > 0 ? html`<p class="modal-error" role="alert">${icon('warning', 16)}${Object.keys(errors).length === 1 ? 'One field needs' : 'Some fields need'} another look.</p>` : null}
          <${Blocks} blocks=${view.blocks} stage=${stage} />
        </div>
        <footer class="modal-foot">
          <button type="button" class="button" onClick=${() => close()}>${view.close || 'Close'}</button>
          ${view.submit ? html`<button type="submit" class="button primary" aria-busy=${busy} aria-disabled=${busy}>${view.submit}</button>` : null}
        </footer>
      </form>
    </dialog>
  `;
}
