import { randomBytes } from 'node:crypto';
import { type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js';
import { FORM, type StoredAction } from '../../core/delivery/stored-actions.ts';
import type { Form } from '../../views/form.ts';
import type { ActionStore } from './actions.ts';
import { isOneWindow, pagesOf } from './form.ts';
import * as limits from './limits.ts';
import { plain } from './text.ts';

/** Forms that are open somewhere: Discord carries a hundred characters, so they wait under an id. */
export interface Forms {
  /** The form's id at once; it is kept for other replicas in the background. */
  keep(form: Form): { id: string; kept: Promise<void> };
  find(id: string): Promise<Form | undefined>;
}

const REMEMBERED = 2_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function createForms(store: ActionStore): Forms {
  const known = new Map<string, Form>();
  const remember = (id: string, form: Form) => {
    if (known.size >= REMEMBERED) known.clear();
    known.set(id, form);
  };
  return {
    keep(form) {
      const id = randomBytes(16).toString('base64url');
      remember(id, form);
      const { org = '' } = form.action.args;
      const organizationId = UUID.test(org) ? org : undefined;
      const stored: StoredAction = { id: `${FORM}${id}`, action: { form }, organizationId };
      return { id, kept: store.keep([stored]) };
    },
    async find(id) {
      const here = known.get(id);
      if (here) return here;
      const stored = await store.find(`${FORM}${id}`);
      if (!isKept(stored)) return undefined;
      remember(id, stored.form);
      return stored.form;
    },
  };
}

const isKept = (value: unknown): value is { form: Form } =>
  typeof value === 'object' &&
  value !== null &&
  'form' in value &&
  typeof value.form === 'object' &&
  value.form !== null &&
  'kind' in value.form &&
  value.form.kind === 'form';

const PAGE = /^page(\d+):([\w-]{22})$/;
const SUBMIT = /^submit:([\w-]{22})$/;
const WINDOW = /^form:([\w-]{22})\.(\d+)$/;

export const windowId = (id: string, page: number): string => `form:${id}.${page}`;

/** What a control of a form's message or a form's window means. */
export type FormControl =
  | { kind: 'page' | 'window'; id: string; page: number }
  | { kind: 'submit'; id: string };

export function formControl(customId: string): FormControl | undefined {
  const [, page, of = ''] = PAGE.exec(customId) ?? [];
  if (page !== undefined) return { kind: 'page', id: of, page: Number(page) };
  const [, form] = SUBMIT.exec(customId) ?? [];
  if (form !== undefined) return { kind: 'submit', id: form };
  const [, window, at] = WINDOW.exec(customId) ?? [];
  return window === undefined ? undefined : { kind: 'window', id: window, page: Number(at) };
}

/** The buttons under a form that stands in a message. */
export function formButtons(form: Form, id: string): APIButtonComponent[] {
  const pages = pagesOf(form);
  const button = (label: string, customId: string, style: ButtonStyle.Success | ButtonStyle.Secondary) => ({
    type: ComponentType.Button as const,
    style,
    label: plain(label, limits.BUTTON_LABEL),
    custom_id: customId,
  });
  return [
    ...pages.map((_, page) =>
      button(
        pages.length > 1 ? `Fill in ${page + 1}/${pages.length}` : 'Fill in',
        `page${page}:${id}`,
        isOneWindow(form) ? ButtonStyle.Success : ButtonStyle.Secondary,
      ),
    ),
    ...(isOneWindow(form) ? [] : [button(form.submit, `submit:${id}`, ButtonStyle.Success)]),
  ];
}
