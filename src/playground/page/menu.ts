import { useEffect, useState } from 'preact/hooks';
import { html, type Node } from './html.ts';
import { usePopover } from './popover.ts';

export type MenuItem = { label: string; hint?: string; act: () => void };

/** A button that opens a short list of things to do. */
export function Menu({
  label,
  face,
  items,
  className,
  busy,
}: {
  label: string;
  face: Node;
  items: MenuItem[];
  className: string;
  busy?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const { trigger, panel } = usePopover(open, () => setOpen(false));
  useEffect(() => {
    if (open) panel.current?.querySelector('button')?.focus();
  }, [open]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...(panel.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
  const pick = (item: MenuItem) => {
    setOpen(false);
    trigger.current?.focus();
    item.act();
  };
  return html`
    <button ref=${trigger} class=${className} aria-label=${label} title=${label} aria-haspopup="menu" aria-expanded=${open} aria-busy=${busy} onClick=${() => setOpen(!open)}>${face}</button>
    ${
      open
        ? html`<div ref=${panel} popover="auto" class="popover" role="menu" aria-label=${label} onKeyDown=${move}>
          ${items.map((item) => html`<button key=${item.label} class="option" role="menuitem" onClick=${() => pick(item)}><span>${item.label}</span>${item.hint ? html`<small>${item.hint}</small>` : null}</button>`)}
        </div>`
        : null
    }
  `;
}
