import { useLayoutEffect, useRef } from 'preact/hooks';

/** Shows an element above everything else, at its trigger; Escape and a click elsewhere close it (`popover="auto"`). */
export function usePopover(open: boolean, onClose: () => void) {
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = panel.current;
    const from = trigger.current?.getBoundingClientRect();
    if (!open || !box || !from) return;
    box.showPopover();
    const width = Math.max(from.width, 220);
    box.style.minWidth = `${Math.min(width, innerWidth - 16)}px`;
    box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - box.offsetWidth - 8))}px`;
    const below = innerHeight - from.bottom - 12;
    const above = from.top - 12;
    const up = below < Math.min(box.offsetHeight, 260) && above > below;
    box.style.maxHeight = `${Math.min(340, up ? above : below)}px`;
    box.style.top = up ? 'auto' : `${from.bottom + 6}px`;
    box.style.bottom = up ? `${innerHeight - from.top + 6}px` : 'auto';
    const toggled = (event: Event) => {
      if ('newState' in event && event.newState === 'closed') onClose();
    };
    box.addEventListener('toggle', toggled);
    return () => box.removeEventListener('toggle', toggled);
  }, [open]);
  return { trigger, panel };
}
