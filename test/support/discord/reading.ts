import { ComponentType } from 'discord-api-types/v10';
import { inUtc } from '../../../src/views/plain.ts';
import { type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import type { Message } from './site.ts';

type NameOf = (kind: '@' | '#', id: string) => string;

const MARKS = /^(?:#{1,3} |-# |> |- )/;

/** What a person reads in a text of Discord's markdown. */
export function readMarkdown(markup: string, nameOf: NameOf): string {
  const parts = markup.split('```');
  return parts.map((part, index) => (index % 2 === 1 ? part.trim() : readLines(part, nameOf))).join('');
}

const readLines = (markup: string, nameOf: NameOf): string =>
  markup
    .split('\n')
    .map((line) => readInline(line.replace(MARKS, ''), nameOf))
    .join('\n');

const TOKENS =
  /\\([!-/:-@[-`{-~])|`([^`]*)`|<(@!?|#)(\d+)>|<t:(\d+)(?::([a-zA-Z]))?>|\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)|\*\*|__|~~|[*_]/g;

const readInline = (line: string, nameOf: NameOf): string =>
  line
    .replace(
      TOKENS,
      (
        _,
        escaped?: string,
        code?: string,
        kind?: string,
        id?: string,
        time?: string,
        style?: string,
        label?: string,
        url?: string,
      ) => {
        if (escaped !== undefined) return escaped;
        if (code !== undefined) return code;
        if (kind !== undefined && id !== undefined) return nameOf(kind === '#' ? '#' : '@', id);
        if (time !== undefined) return inUtc(new Date(Number(time) * 1_000), style === 'D' ? 'date' : 'time');
        if (label !== undefined) return readInline(label, nameOf) || (url ?? '');
        return '';
      },
    )
    // What stands there so that nobody is called shows nothing.
    .replaceAll('\u200b', '');

/** Everything that is read in a message, a line for each text. Buttons are pressed, not read. */
export function readComponents(components: readonly Shape[], nameOf: NameOf): string {
  return components
    .map((one): string => {
      if (one.type === ComponentType.TextDisplay) return readMarkdown(stringOf(one.content), nameOf);
      if (one.type === ComponentType.Label) {
        const below = shapeOf(one.component);
        const hint = stringOf(one.description) || stringOf(below.placeholder);
        return [stringOf(one.label), hint].filter(Boolean).join(': ');
      }
      if (one.type === ComponentType.MediaGallery) {
        return shapesOf(one.items)
          .map(({ description }) => stringOf(description))
          .join('\n');
      }
      return readComponents(shapesOf(one.components), nameOf);
    })
    .filter(Boolean)
    .join('\n');
}

export const titleOf = (message: Message, nameOf: NameOf): string => {
  const [, title = ''] = /^### (.*)$/m.exec(textsOf(message.components).join('\n')) ?? [];
  return readInline(title, nameOf);
};

const textsOf = (components: readonly Shape[]): string[] =>
  components.flatMap((one) => [stringOf(one.content), ...textsOf(shapesOf(one.components))]);

/** The lines `**Label:** value` of a message, as they are read. */
export const fieldsOf = (message: Message, nameOf: NameOf): { label: string; value: string }[] =>
  textsOf(message.components)
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const [, label, value = ''] = /^\*\*((?:\\.|[^*\\])+):\*\* (.*)$/.exec(line) ?? [];
      const read = readInline(value, nameOf);
      return label === undefined
        ? []
        : [{ label: readInline(label, nameOf), value: read === '–' ? '' : read }];
    });
