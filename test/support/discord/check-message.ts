import { MessageFlags } from 'discord-api-types/v10';
import { checkComponents, checkRows } from './check-components.ts';
import { createReport, type FormErrors, Refusal, type Report } from './refusal.ts';
import { checkCount, checkText, type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';

const LIMITS = { content: 2_000, mentions: 100, files: 10, description: 1_024, nonce: 25 };

const KINDS: readonly unknown[] = ['roles', 'users', 'everyone'];
const LEGACY = ['content', 'embeds', 'poll', 'sticker_ids', 'stickers'];

/** What a message's body becomes a message with, or why Discord takes no such body. */
export function checkMessage(
  body: Shape,
  has: {
    /** The names that uploaded and kept attachments go by. */
    files: readonly string[];
    /** The flags that the message has already, where one is edited. */
    flags?: number;
    /** Where in the body the message stands. */
    under?: string;
  },
): { flags: number } {
  const report = createReport();
  const flags = (Number(body.flags ?? 0) || 0) | (has.flags ?? 0);
  if (flags & MessageFlags.IsComponentsV2) {
    for (const field of LEGACY) {
      if (body[field] === undefined || body[field] === null || body[field] === '') continue;
      if (Array.isArray(body[field]) && body[field].length === 0) continue;
      report.add(
        [field],
        'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        'The field cannot be used together with MessageFlags.IS_COMPONENTS_V2',
      );
    }
    checkComponents(report, body.components, new Set(has.files));
  } else {
    checkText(report, ['content'], body.content, { max: LIMITS.content });
    checkRows(report, body.components);
  }
  checkText(report, ['nonce'], body.nonce, { max: LIMITS.nonce });
  checkCount(report, ['files'], has.files, { min: 0, max: LIMITS.files });
  shapesOf(body.attachments).forEach(({ description }, index) => {
    checkText(report, ['attachments', index, 'description'], description, { max: LIMITS.description });
  });
  checkMentions(report, body.allowed_mentions);
  endUnder(report, has.under);
  const empty = shapesOf(body.components).length === 0 && !body.content && shapesOf(body.embeds).length === 0;
  const edited = has.flags !== undefined && body.components === undefined;
  if (empty && has.files.length === 0 && !edited)
    throw new Refusal(400, 50006, 'Cannot send an empty message');
  return { flags };
}

function endUnder(report: Report, under: string | undefined): void {
  try {
    report.end();
  } catch (error) {
    if (!under || !(error instanceof Refusal) || !error.errors) throw error;
    const errors: FormErrors = { [under]: error.errors };
    throw new Refusal(error.status, error.code, error.message, { errors });
  }
}

function checkMentions(report: Report, value: unknown): void {
  const mentions = shapeOf(value);
  const parse = Array.isArray(mentions.parse) ? mentions.parse : [];
  parse.forEach((kind, index) => {
    if (!KINDS.includes(kind)) {
      report.add(
        ['allowed_mentions', 'parse', index],
        'BASE_TYPE_CHOICES',
        "Value must be one of ('roles', 'users', 'everyone').",
      );
    }
  });
  for (const kind of ['users', 'roles']) {
    const ids: unknown = mentions[kind];
    if (!Array.isArray(ids)) continue;
    checkCount(report, ['allowed_mentions', kind], ids, { min: 0, max: LIMITS.mentions });
    if (ids.length > 0 && parse.includes(kind)) {
      report.add(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
    }
    ids.forEach((id, index) => {
      if (!/^\d{15,20}$/.test(stringOf(id))) {
        report.add(
          ['allowed_mentions', kind, index],
          'NUMBER_TYPE_COERCE',
          `Value "${String(id)}" is not snowflake.`,
        );
      }
    });
  }
}
