import { isShape, type Shape } from '../shape.ts';
import { checkBlocks } from './check-blocks.ts';
import type { Refusal } from './check-message.ts';
import { LIMITS } from './limits.ts';
import { checkString, checkText, createReport } from './report.ts';

/** What Slack would answer to this view, or nothing where it would take it. */
export function refuseView(view: unknown, kind: 'modal' | 'home'): Refusal | undefined {
  const report = createReport();
  if (!isShape(view))
    return { error: 'invalid_arguments', messages: ['[ERROR] missing required field: view'] };
  if (JSON.stringify(view).length > LIMITS.viewBytes) return { error: 'view_too_large' };
  if (view.type !== kind) report.say('/view/type', `must be ${kind}`);
  const blocks = checkBlocks(report, view.blocks, kind);
  checkString(report, '/view/private_metadata', view.private_metadata, LIMITS.privateMetadata);
  checkString(report, '/view/callback_id', view.callback_id, LIMITS.id);
  checkString(report, '/view/external_id', view.external_id, LIMITS.id);
  if (kind === 'modal') {
    checkText(report, '/view/title', view.title, LIMITS.viewTitle);
    if (view.submit !== undefined) checkText(report, '/view/submit', view.submit, LIMITS.viewTitle);
    if (view.close !== undefined) checkText(report, '/view/close', view.close, LIMITS.viewTitle);
    if (view.submit === undefined && blocks.some((block) => block.type === 'input')) {
      report.say('/view/submit', 'must be provided when an input block is within blocks');
    }
  }
  return report.problems.length > 0 ? { error: 'invalid_arguments', messages: report.problems } : undefined;
}

/** Slack gives an id to every block and control that has none. */
export function nameBlocks(blocks: readonly Shape[], makeId: () => string): Shape[] {
  const named = (element: unknown): unknown =>
    isShape(element) && typeof element.type === 'string' && !/^(image|plain_text|mrkdwn)$/.test(element.type)
      ? { ...element, action_id: element.action_id ?? makeId() }
      : element;
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? makeId(),
    ...(block.accessory === undefined ? {} : { accessory: named(block.accessory) }),
    ...(block.element === undefined ? {} : { element: named(block.element) }),
    ...(block.type === 'actions' && Array.isArray(block.elements)
      ? { elements: block.elements.map(named) }
      : {}),
  }));
}
