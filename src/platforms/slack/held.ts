import type { BlockAction } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { WORKING_ON_IT } from '../notes.ts';
import * as limits from './limits.ts';
import { plain } from './text.ts';

/** A posted message as it stood when somebody pressed a control of it. */
export interface PressedMessage {
  channel: string;
  ts: string;
  text: string;
  blocks: readonly Block[];
  /** Where the control stood. */
  blockId: string;
}

type Block = { type: string; block_id?: string } & Record<string, unknown>;

export function pressedMessage(body: BlockAction): PressedMessage | undefined {
  const { message, channel, container, actions } = body;
  const [element] = actions;
  if (!message || !channel || !element || container.is_ephemeral === true) return undefined;
  const { ts, text = '', blocks } = message;
  if (!Array.isArray(blocks)) return undefined;
  return { channel: channel.id, ts, text, blocks: blocks.filter(isBlock), blockId: element.block_id };
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The message once more: with a quiet line in place of the pressed control and those beside it, or as it was. */
export function redrawn(
  { channel, ts, text, blocks, blockId }: PressedMessage,
  held: boolean,
): { channel: string; ts: string; text: string; blocks: KnownBlock[] } {
  const drawn = blocks.flatMap((block) => {
    const same = block.type === 'image' ? imageOf(block) : block;
    if (!held || block.block_id !== blockId) return [same];
    const { accessory: _gone, ...rest } = same;
    return block.type === 'actions' ? [working] : [rest, working];
  });
  // What Slack hands over it takes again.
  return { channel, ts, text, blocks: drawn as KnownBlock[] };
}

const working = { type: 'context', elements: [plain(WORKING_ON_IT, limits.SECTION)] };

/** An image comes back with what Slack has found out about it, which it does not take. */
const imageOf = ({ type, block_id, alt_text, slack_file }: Block): Block => ({
  type,
  ...(block_id ? { block_id } : {}),
  alt_text,
  slack_file: isFile(slack_file) ? { id: slack_file.id } : undefined,
});

const isFile = (value: unknown): value is { id: unknown } =>
  typeof value === 'object' && value !== null && 'id' in value;
