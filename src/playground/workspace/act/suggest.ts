import { checkGroups, checkOptions } from '../blocks/check-element.ts';
import { LIMITS } from '../blocks/limits.ts';
import { createReport } from '../blocks/report.ts';
import { sendInteraction } from '../deliver.ts';
import { activePerson } from '../find.ts';
import { envelope, whoActs } from '../payload.ts';
import { parsedOf, type Shape, shapeOf, shapesOf, wordsOf } from '../shape.ts';
import type { Delivery, Site } from '../site.ts';
import { findControl, placeOutput, standOf, type Where } from './where.ts';

export type Suggested = {
  groups: { label?: string; options: Shape[] }[];
  delivery?: Delivery;
  failed?: string;
};

/** Slack's own default, where the app does not set one. */
const LEAST_TYPED = 3;

/** A person types into a select that the app fills. */
export async function suggest(
  site: Site,
  who: string,
  where: Where,
  blockId: string,
  actionId: string,
  typed: string,
): Promise<Suggested> {
  const person = activePerson(site, who);
  const stand = standOf(site, person, where);
  const { element, type } = findControl(stand, blockId, actionId);
  if (!type.endsWith('external_select')) throw new Error(`${actionId} is not filled by the app`);
  if (typed.length < Number(element.min_query_length ?? LEAST_TYPED)) return { groups: [] };
  const payload = {
    type: 'block_suggestion',
    user: whoActs(person),
    ...envelope(site),
    ...placeOutput(site, person, stand, false),
    action_id: actionId,
    block_id: blockId,
    value: typed,
  };
  const delivery = await sendInteraction(site, payload, 'suggestion');
  if (delivery.error) return { groups: [], delivery, failed: 'The options could not be loaded.' };
  const answer = shapeOf(parsedOf(delivery.answer));
  const report = createReport();
  if (answer.option_groups !== undefined) checkGroups(report, '/option_groups', answer.option_groups);
  else checkOptions(report, '/options', answer.options, LIMITS.options, ['plain_text'], 0);
  if (report.problems.length > 0) return { groups: [], delivery, failed: report.problems.join(' ') };
  const groups = shapesOf(answer.option_groups).map((group) => ({
    label: wordsOf(group.label),
    options: shapesOf(group.options),
  }));
  return {
    groups: answer.option_groups === undefined ? [{ options: shapesOf(answer.options) }] : groups,
    delivery,
  };
}
