import { type Chosen, chosenValue } from '../chosen.ts';
import { sendInteraction } from '../deliver.ts';
import { activePerson } from '../find.ts';
import { envelope, makeTrigger, whoActs } from '../payload.ts';
import type { Delivery, Site } from '../site.ts';
import { type Fill, fillIn } from './fill.ts';
import { findControl, placeOutput, standOf, type Where } from './where.ts';

export type Click = { blockId: string; actionId: string; value?: Chosen; fill?: Fill };

/** A person presses a button, or chooses in a select, of a message, a modal or Home. Fails where it is not there. */
export async function click(
  site: Site,
  who: string,
  where: Where,
  { blockId, actionId, value, fill }: Click,
): Promise<Delivery> {
  const person = activePerson(site, who);
  const stand = standOf(site, person, where);
  const control = findControl(stand, blockId, actionId);
  if (fill) fillIn(site, stand, fill);
  const chosen = chosenValue(site, control, value ?? null);
  if (control.type !== 'button' && control.type !== 'overflow') {
    stand.values[blockId] = { ...stand.values[blockId], [actionId]: chosen };
  }
  const { element } = control;
  const action = {
    ...chosen,
    action_id: actionId,
    block_id: blockId,
    action_ts: `${(Date.now() / 1000).toFixed(6)}`,
    ...(control.type === 'button' ? { text: element.text } : {}),
    ...(element.style ? { style: element.style } : {}),
    ...(element.url ? { url: element.url } : {}),
    ...(element.placeholder ? { placeholder: element.placeholder } : {}),
    ...(element.confirm ? { confirm: element.confirm } : {}),
  };
  return sendInteraction(site, {
    type: 'block_actions',
    user: whoActs(person),
    ...envelope(site),
    ...placeOutput(site, person, stand, true),
    state: { values: stand.values },
    trigger_id: makeTrigger(site, person, stand.view?.body.type === 'modal' ? stand.view.id : undefined),
    actions: [action],
  });
}
