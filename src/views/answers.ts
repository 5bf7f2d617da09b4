import type { DomainError } from '../core/errors.ts';
import type { Action, Block, Button, Card } from './card.ts';
import type { Form } from './form.ts';
import { card } from './plain.ts';

/** What an offered next step needs: its words, and the command behind it. */
export interface Offer {
  label: string;
  action: Action;
  style?: Button['style'];
}

const buttons = (offers: readonly Offer[]): Block[] =>
  offers.length === 0 ? [] : [{ kind: 'buttons', buttons: offers }];

/** What did not happen, why, and what to do instead. */
export const errorCard = (error: DomainError, offers: readonly Offer[]): Card =>
  card({
    title: 'Not done',
    tone: 'warning',
    blocks: [
      { kind: 'text', text: withCode(error.message) },
      ...(error.todo ? [{ kind: 'text', text: withCode(error.todo) } as const] : []),
      ...buttons(offers),
    ],
    text: unmarked(error.whole),
  });

/** For whoever presses a confirmation twice. */
export const doneAlreadyCard: Card = card({
  title: 'Done already',
  blocks: [
    {
      kind: 'text',
      text: 'This was done once, and pressing again changed nothing. The first answer says what was done.',
    },
  ],
});

/** Sentences mark commands and values with backticks; here they become code, so that no renderer has to parse them. */
export const withCode = (sentence: string): ({ code: string } | string)[] =>
  sentence
    .split('`')
    .map((part, index) => (index % 2 === 1 ? { code: part } : part))
    .filter((part) => part !== '');

/** An answer with what was odd about the question. */
export const withHints = (answer: Card, hints: readonly string[]): Card =>
  hints.length === 0
    ? answer
    : {
        ...answer,
        blocks: [...answer.blocks, ...hints.map((hint): Block => ({ kind: 'small', text: withCode(hint) }))],
        text: [answer.text, ...hints.map(unmarked)].join(' '),
      };

/** The same of a form: it begins with it. */
export const formWithHints = (form: Form, hints: readonly string[]): Form =>
  hints.length === 0 || typeof form.intro !== 'string'
    ? form
    : { ...form, intro: [...hints.map(unmarked), form.intro].join(' ') };

/** The same where nothing can be marked as code. */
export const unmarked = (sentence: string): string => sentence.replaceAll('`', '');

export const brokenCard = (reference: string): Card =>
  card({
    title: 'Something broke on our side',
    tone: 'bad',
    blocks: [
      {
        kind: 'text',
        text: [
          'I can not say whether it was done. Look before you try again. If it stays broken, give your administrator the reference ',
          { code: reference },
          '.',
        ],
      },
    ],
  });

const named = (action: Action): string => `/${action.command}`;

export const unknownCard = (
  typed: string,
  near: readonly { root: string; name: string; summary: string }[],
): Card =>
  card({
    title: 'I do not know that command',
    tone: 'warning',
    blocks: [
      {
        kind: 'text',
        text: ['There is no ', { code: typed || 'such command' }, near.length > 0 ? '. Did you mean:' : '.'],
      },
      {
        kind: 'buttons',
        buttons: [
          ...near.slice(0, 4).map((command) => ({
            label: `/${command.root} ${command.name}`.trim(),
            action: { command: `${command.root} ${command.name}`.trim(), args: {} },
          })),
          { label: 'Help', action: { command: 'access help', args: {} } },
        ],
      },
    ],
  });

/** A noun without a verb: everything that can be done with it. */
export const nounCard = (
  root: string,
  noun: string,
  commands: readonly { name: string; summary: string; example: string }[],
): Card =>
  card({
    title: noun ? `/${root} ${noun}` : `/${root}`,
    blocks: [
      {
        kind: 'rows',
        rows: commands.map((command) => ({
          text: `/${root} ${command.name}: ${command.summary}`,
          buttons: [
            {
              label: 'Open',
              says: `Open /${root} ${command.name}`,
              action: { command: `${root} ${command.name}`, args: {} },
            },
          ],
        })),
      },
    ],
  });

export const chooseCard = (
  action: Action,
  choices: readonly { id: string; name: string; role?: string }[],
): Card =>
  card({
    title: 'Which organization?',
    blocks: [
      {
        kind: 'text',
        text: ['You are in several. ', { code: '/org use' }, ' remembers one for this workspace.'],
      },
      {
        kind: 'choose',
        label: 'Choose an organization',
        options: choices.map((choice) => ({
          label: choice.name,
          description: choice.role,
          action: { ...action, args: { ...action.args, org: choice.id } },
        })),
      },
    ],
    text: `${named(action)}: which organization? ${choices.map((choice) => choice.name).join(', ')}`,
  });

/** What will happen, with one button that does it. */
export const previewCard = (
  preview: { title: string; lines: readonly Block[]; yes: string; danger: boolean },
  action: Action,
): Card =>
  card({
    title: preview.title,
    tone: 'warning',
    blocks: [
      ...preview.lines,
      {
        kind: 'buttons',
        buttons: [
          {
            label: preview.yes,
            style: preview.danger ? 'danger' : 'primary',
            says: `${preview.yes}: ${preview.title}`.slice(0, 75),
            action: { ...action, confirmed: true },
          },
        ],
      },
      { kind: 'small', text: 'Nothing has changed yet.' },
    ],
  });
