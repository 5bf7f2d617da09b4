import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { Shown } from '../side.ts';
import { flattened } from './check-components.ts';
import type { FakeDiscord } from './discord.ts';
import { fieldsOf, readComponents, titleOf } from './reading.ts';
import { type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import { type Message, type Modal, type Person, personById } from './site.ts';

/** The adapter's own button under a form that stands in a message, and under what is shown once. */
const FILL_IN = /^Fill in( \d+\/\d+)?$/;
/** The button that sends such a form. */
const SENDS = /^submit:/;
const SHOWN_ONCE = 'I have saved it';
/** The id of a control that asks before it does anything. */
const ASKS = /^[^:]*q:/;

export interface Control {
  label: string;
  says: string;
  element: Shape;
  /** The value of a select that is picked. */
  value?: string;
  asks: boolean;
}

export interface Screen {
  shown(person: Person): Shown[];
  controls(message: Message): Control[];
  pages(message: Message): Control[];
  isForm(message: Message): boolean;
  /** Messages that were opened as somebody's home. */
  homes: Set<Message>;
  dismiss(person: Person): void;
}

export function createScreen(fake: FakeDiscord): Screen {
  const { site } = fake;
  const homes = new Set<Message>();
  const dismissed = new Set<Message>();
  const windows = new Set<Message>();

  const nameOf = (kind: '@' | '#', id: string): string =>
    `${kind}${(kind === '@' ? personById(site, id)?.name : site.channels.get(id)?.name) ?? id}`;

  /** In the order in which they stand, each with what is read right above or beside it. */
  const controls = (message: Message): Control[] => {
    const found: Control[] = [];
    let above = '';
    for (const element of flattened(message.components)) {
      if (element.type === ComponentType.TextDisplay) {
        above = readComponents([element], nameOf).replaceAll('\n', ' ');
      } else if (element.type === ComponentType.Button && element.custom_id !== undefined) {
        const label = stringOf(element.label);
        const asks = ASKS.test(stringOf(element.custom_id));
        found.push({ label, says: `${label}: ${above}`, element, asks });
      } else if (element.type === ComponentType.StringSelect) {
        found.push(...optionsOf(element));
      }
    }
    return found;
  };
  const optionsOf = (element: Shape): Control[] =>
    shapesOf(element.options).map((option) => {
      const says = stringOf(option.label);
      const value = stringOf(option.value);
      return { label: says.split(': ')[0] ?? '', says, element, value, asks: ASKS.test(value) };
    });
  const pages = (message: Message) => controls(message).filter(({ label }) => FILL_IN.test(label));
  const isForm = (message: Message): boolean => pages(message).length > 0;

  /** Slack opens a window for all this; here it is a message that its reader alone sees and can dismiss. */
  const isWindow = (message: Message): boolean => {
    if (windows.has(message)) return true;
    const answers = fake.interactions.all.find(({ replies }) => replies.includes(message));
    const submitted = answers?.type === InteractionType.ModalSubmit;
    const once = controls(message).some(({ label }) => label === SHOWN_ONCE);
    const found =
      message.ephemeralFor !== undefined &&
      (submitted || once || isForm(message) || (answers?.source !== undefined && isWindow(answers.source)));
    if (found) windows.add(message);
    return found;
  };

  const sees = (person: Person, message: Message): boolean => {
    if (message.waiting || dismissed.has(message)) return false;
    if (message.ephemeralFor) return message.ephemeralFor === person.user.id;
    const { guild, recipient } = message.channel;
    return guild ? guild.members.has(person.user.id) : recipient === person;
  };

  const placeOf = (message: Message): string => {
    if (homes.has(message)) return 'home';
    if (isWindow(message)) return 'form';
    return message.channel.recipient ? 'direct' : message.channel.name;
  };

  const drawn = (message: Message): Shown => {
    const place = placeOf(message);
    const text = readComponents(message.components, nameOf) || message.content;
    const all = controls(message);
    return {
      key: message.id,
      place,
      title: titleOf(message, nameOf),
      text,
      spoken: place === 'form' ? '' : text,
      buttons: all
        .filter(({ element, label }) => !FILL_IN.test(label) && !SENDS.test(stringOf(element.custom_id)))
        .map(({ label, says, asks }) => ({ label, says, confirms: asks })),
      options: all.filter(({ value }) => value !== undefined).map(({ says }) => says),
      fields: isForm(message) ? fieldsOf(message, nameOf) : [],
    };
  };

  return {
    homes,
    controls,
    pages,
    isForm,
    shown: (person) => {
      const modal = site.modals.get(person.user.id);
      return [
        ...site.messages.filter((message) => sees(person, message)).map(drawn),
        ...(modal ? [windowOf(modal, nameOf)] : []),
      ];
    },
    dismiss: (person) => {
      site.modals.delete(person.user.id);
      for (const message of site.messages) {
        if (message.ephemeralFor === person.user.id && isWindow(message)) dismissed.add(message);
      }
    },
  };
}

const windowOf = (modal: Modal, nameOf: (kind: '@' | '#', id: string) => string): Shown => ({
  key: `modal/${modal.id}`,
  place: 'form',
  title: modal.title,
  text: [modal.title, readComponents(modal.components, nameOf)].join('\n'),
  spoken: '',
  buttons: [],
  options: [],
  fields: modal.components
    .filter(({ type }) => type === ComponentType.Label)
    .map(({ label, component }) => ({ label: stringOf(label), value: filledValue(shapeOf(component)) })),
});

const filledValue = (field: Shape): string => {
  if (field.type === ComponentType.TextInput) return stringOf(field.value);
  if (field.type === ComponentType.Checkbox) return field.default === true ? 'yes' : '';
  const chosen = shapesOf(field.options).filter((option) => option.default === true);
  const ids = shapesOf(field.default_values).map(({ id }) => stringOf(id));
  return [...chosen.map(({ value }) => stringOf(value)), ...ids].join(',');
};
