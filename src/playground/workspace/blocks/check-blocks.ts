import { isShape, type Shape } from '../shape.ts';
import { checkBlock, type Surface } from './check-block.ts';
import { LIMITS } from './limits.ts';
import type { Report } from './report.ts';

/** Checks the blocks of a message or a view, as Slack does before it takes them. */
export function checkBlocks(report: Report, blocks: unknown, surface: Surface): Shape[] {
  if (!Array.isArray(blocks)) {
    report.say('/blocks', 'must be an array');
    return [];
  }
  const most = surface === 'message' ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  if (blocks.length > most)
    report.say('/blocks', `no more than ${most} items allowed [value: ${blocks.length}]`);
  const good = blocks.filter(
    (block, index) => isShape(block) || report.say(`/blocks/${index}`, 'must be an object'),
  );
  for (const [index, block] of good.entries()) checkBlock(report, `/blocks/${index}`, block, surface);
  const named = good.flatMap((block) => (typeof block.block_id === 'string' ? [block.block_id] : []));
  const twice = named.find((id, index) => named.indexOf(id) < index);
  if (twice !== undefined) report.say('/blocks', `block_id must be unique: ${twice}`);
  if (good.filter((block) => block.type === 'table').length > 1)
    report.say('/blocks', 'only_one_table_allowed');
  return good;
}
