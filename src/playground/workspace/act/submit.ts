import { answerCall } from '../api/answer.ts';
import { sendInteraction } from '../deliver.ts';
import { activePerson } from '../find.ts';
import { envelope, makeTrigger, viewOutput, whoActs } from '../payload.ts';
import { parsedOf, type Shape, shapeOf } from '../shape.ts';
import type { Delivery, Person, Site, View } from '../site.ts';
import { type Fill, fillIn, unfinished } from './fill.ts';
import { standOf } from './where.ts';

export type Submitted = { delivery?: Delivery; errors?: { [blockId: string]: string }; failed?: string };

export const TROUBLE = 'We had some trouble connecting. Try again?';

/** A person fills a modal and presses its submit button. */
export async function submit(site: Site, who: string, viewId: string, fill: Fill = {}): Promise<Submitted> {
  const person = activePerson(site, who);
  const stack = site.modals.get(person.id) ?? [];
  const view = stack.at(-1);
  if (view?.id !== viewId) throw new Error(`${person.realName} has no modal ${viewId} in front`);
  if (!view.body.submit) throw new Error('this modal has no submit button');
  const stand = standOf(site, person, { view: viewId });
  fillIn(site, stand, fill);
  const errors = unfinished(stand);
  if (Object.keys(errors).length > 0) return { errors };
  const delivery = await sendInteraction(site, {
    type: 'view_submission',
    user: whoActs(person),
    ...envelope(site),
    trigger_id: makeTrigger(site, person, viewId),
    view: viewOutput(site, view),
    response_urls: [],
  });
  if (delivery.error) return { delivery, failed: TROUBLE };
  return { delivery, ...(await obey(site, person, view, shapeOf(parsedOf(delivery.answer)))) };
}

async function obey(site: Site, person: Person, view: View, answer: Shape): Promise<Submitted> {
  switch (answer.response_action) {
    case 'errors':
      return refusedFields(view, shapeOf(answer.errors));
    case 'clear':
      site.modals.delete(person.id);
      break;
    case 'update':
      return took(
        await answerCall(site, 'views.update', { view_id: view.id, view: answer.view }, site.app.token),
      );
    case 'push':
      return took(
        await answerCall(
          site,
          'views.push',
          { trigger_id: makeTrigger(site, person, view.id), view: answer.view },
          site.app.token,
        ),
      );
    case undefined:
      leave(site, person, view);
      break;
    default:
      return { failed: TROUBLE };
  }
  site.changed();
  return {};
}

const took = (answer: Shape): Submitted =>
  answer.ok === true ? {} : { failed: `${TROUBLE} (${String(answer.error)})` };

/** An error for a block that holds no input is refused, as Slack does. */
function refusedFields(view: View, errors: Shape): Submitted {
  const inputs = new Set(
    (Array.isArray(view.body.blocks) ? view.body.blocks : [])
      .filter((block) => block.type === 'input')
      .map((block) => block.block_id),
  );
  const entries = Object.entries(errors);
  if (entries.length === 0 || entries.some(([blockId]) => !inputs.has(blockId))) return { failed: TROUBLE };
  return { errors: Object.fromEntries(entries.map(([blockId, text]) => [blockId, String(text)])) };
}

/** Takes a view off the stack, with whatever stands on it. */
export function leave(site: Site, person: Person, view: View): void {
  const stack = site.modals.get(person.id) ?? [];
  const left = stack.slice(0, stack.indexOf(view));
  if (left.length > 0) site.modals.set(person.id, left);
  else site.modals.delete(person.id);
}
