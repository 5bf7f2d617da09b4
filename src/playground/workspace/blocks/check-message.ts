import { parsedOf, type Shape, stringOf } from '../shape.ts';
import { checkBlocks } from './check-blocks.ts';
import { LIMITS } from './limits.ts';
import { createReport } from './report.ts';

export type Refusal = { error: string; messages?: string[] };

/** What Slack would answer to this message's text and blocks, or nothing where it would take them. */
export function refuseMessage(args: Shape): Refusal | undefined {
  const text = stringOf(args.text);
  const blocks = parsedOf(args.blocks);
  if (text.length > LIMITS.messageText) return { error: 'msg_too_long' };
  if (blocks === undefined || (Array.isArray(blocks) && blocks.length === 0))
    return text.trim() ? undefined : { error: 'no_text' };
  const report = createReport();
  checkBlocks(report, blocks, 'message');
  if (report.problems.length > 0) return { error: 'invalid_blocks', messages: report.problems };
  if (charactersOf(blocks) > LIMITS.messageCharacters) return { error: 'msg_blocks_too_long' };
  // Slack itself only warns. A message without it is silent to screen readers and notifications, so it is refused here.
  if (!text.trim())
    return {
      error: 'invalid_arguments',
      messages: ['[ERROR] missing the text that stands in for the blocks [json-pointer:/text]'],
    };
  return undefined;
}

/** What Slack counts is what is read, so ids and keys stay out. */
function charactersOf(value: unknown, key = ''): number {
  if (typeof value === 'string') return key === 'text' || key === 'value' || key === 'url' ? value.length : 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charactersOf(item, key), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + charactersOf(item, name), 0);
}
