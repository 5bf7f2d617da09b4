import { ComponentType } from 'discord-api-types/v10';
import type { Acts } from './act.ts';
import { NotSendable } from './command-options.ts';
import type { FakeDiscord } from './discord.ts';
import type { Interaction } from './interactions.ts';
import type { Control, Screen } from './screen.ts';
import { type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import type { Message, Modal } from './site.ts';
import { withIds } from './typing.ts';

export type Filled = Readonly<Record<string, string>>;

/** How people fill in a form: in a window, or in a message that opens a window for each of its pages. */
export interface Filling {
  modal(name: string): Modal | undefined;
  /** The field in the window in front that is called so. */
  field(name: string, label: string): Shape | undefined;
  submit(name: string, form: Modal | Message, values: Filled): Promise<void>;
  /** Fills in the pages that hold these fields, and sends nothing. */
  fill(name: string, form: Message, values: Filled): Promise<void>;
}

export function createFilling(fake: FakeDiscord, acts: Acts, screen: Screen): Filling {
  const { site } = fake;
  const modalOf = (name: string) => site.modals.get(acts.person(name).user.id);
  const labels = (modal: Modal): Map<string, Shape> =>
    new Map(
      modal.components
        .filter(({ type }) => type === ComponentType.Label)
        .map(({ label, component }) => [stringOf(label), shapeOf(component)]),
    );
  const answerOf = (sent: Interaction): Promise<Message> =>
    fake.until(() => (sent.original && !sent.original.waiting ? sent.original : undefined));

  /** Sends the window in front with those of the values that it has fields for. */
  const sendModal = async (name: string, modal: Modal, values: Filled): Promise<Interaction> => {
    const known = labels(modal);
    const given: Record<string, string | string[]> = {};
    for (const [label, value] of Object.entries(values)) {
      const field = known.get(label);
      if (field) given[stringOf(field.custom_id)] = chosenIn(fake, field, label, value);
    }
    return acts.submit(name, given);
  };

  const fillPage = async (name: string, form: Message, page: Control, values: Filled): Promise<void> => {
    await acts.use(name, form, page.element);
    const modal = modalOf(name);
    if (!modal) throw new Error(`"${page.label}" opens no window`);
    const before = form.components;
    await sendModal(name, modal, values);
    if (hasOwnSubmit(form)) await fake.until(() => (form.components === before ? undefined : true));
  };

  const hasOwnSubmit = (form: Message): boolean => submitOf(form) !== undefined;
  /** The button that sends the whole form stands last among those that are no page. */
  const submitOf = (form: Message): Control | undefined =>
    screen.controls(form).find(({ element }) => /^submit/.test(stringOf(element.custom_id)));

  const fill = async (name: string, form: Message, values: Filled): Promise<void> => {
    const order = screen.shown(acts.person(name)).find(({ key }) => key === form.id)?.fields ?? [];
    const pages = screen.pages(form);
    for (const [index, page] of pages.entries()) {
      const here = order.slice(index * 5, index * 5 + 5).map(({ label }) => label);
      const mine = Object.entries(values).filter(([label]) => here.includes(label));
      const current = screen.pages(form)[index] ?? page;
      if (mine.length > 0) await fillPage(name, form, current, Object.fromEntries(mine));
    }
  };

  const submitForm = async (name: string, form: Message, values: Filled): Promise<void> => {
    if (!hasOwnSubmit(form)) {
      const [page] = screen.pages(form);
      if (!page) throw new Error('that is no form');
      await fillPage(name, form, page, values);
      return;
    }
    await fill(name, form, values);
    const submit = submitOf(form);
    const drawn = form.components;
    if (submit) await acts.use(name, form, submit.element);
    await fake.until(() => form.components !== drawn || undefined);
  };

  return {
    modal: modalOf,
    field: (name, label) => {
      const modal = modalOf(name);
      return modal && labels(modal).get(label);
    },
    fill,
    submit: async (name, form, values) => {
      if (!('customId' in form)) return submitForm(name, form, values);
      const known = labels(form);
      const sent = await sendModal(name, form, values);
      const rest = Object.entries(values).filter(([label]) => !known.has(label));
      if (!/\(\d+\/\d+\)$/.test(form.title)) return;
      await submitForm(name, await answerOf(sent), Object.fromEntries(rest));
    },
  };
}

/** What the client sends for a value as a person thinks of it. */
function chosenIn(fake: FakeDiscord, field: Shape, label: string, value: string): string | string[] {
  if (field.type === ComponentType.TextInput) return withIds(fake, value);
  if (field.type === ComponentType.Checkbox) return value;
  const wanted = value === '' ? [] : value.split(',');
  if (field.type === ComponentType.ChannelSelect) {
    return wanted.map((one) => /\d{15,}/.exec(withIds(fake, one))?.[0] ?? one);
  }
  const options = shapesOf(field.options);
  return wanted.map((one) => {
    const option = options.find((candidate) => [candidate.value, candidate.label].includes(one));
    if (option) return stringOf(option.value);
    throw new NotSendable(`"${label}" offers no ${one}: ${options.map((each) => stringOf(each.label))}`);
  });
}
