import htm from 'htm';
import { h, type VNode } from 'preact';

export const html = htm.bind(h);

export type Node = VNode | string | number | null | undefined | boolean | Node[];

const ICONS = {
  hash: 'M9 4 7 20M17 4l-2 16M4 9h17M3 15h17',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  inbox: 'M4 5h16v14H4zM4 14h4.5l1.5 2.5h4l1.5-2.5H20',
  home: 'm4 11 8-7 8 7v9h-5.5v-6h-5v6H4z',
  chat: 'M4 5h16v11h-8.5L7 20v-4H4z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'm6 6 12 12M18 6 6 18',
  eye: 'M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  send: 'M4 12 20 4.5 14.5 20l-3-6.5z',
  bolt: 'M13 3 5 13.5h6L10 21l8-10.5h-6z',
  reply: 'M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v1',
  more: 'M6.2 12a1.2 1.2 0 1 0-2.4 0 1.2 1.2 0 0 0 2.4 0ZM13.2 12a1.2 1.2 0 1 0-2.4 0 1.2 1.2 0 0 0 2.4 0ZM20.2 12a1.2 1.2 0 1 0-2.4 0 1.2 1.2 0 0 0 2.4 0Z',
  reset: 'M4 5v5h5M4.6 10A8 8 0 1 1 4 13.5',
  guide: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM15.5 8.5l-2 5-5 2 2-5z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  down: 'm6 9.5 6 6 6-6',
  back: 'm14 6-6 6 6 6',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5M12 8h.01',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17h.01',
} as const;

export type IconName = keyof typeof ICONS;

/** Decoration only: whatever it stands for is also said in words. */
export const icon = (name: IconName, size = 18): VNode =>
  html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${ICONS[name]} /></svg>` as VNode;

export const classes = (...names: (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(' ');
