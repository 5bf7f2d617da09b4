import { sendInteraction } from '../deliver.ts';
import { activePerson } from '../find.ts';
import { envelope, viewOutput, whoActs } from '../payload.ts';
import type { Delivery, Site } from '../site.ts';
import { leave } from './submit.ts';

/** A person closes a modal: the one in front, or with `all` the whole stack. */
export async function close(
  site: Site,
  who: string,
  viewId: string,
  options: { all?: boolean } = {},
): Promise<Delivery | undefined> {
  const person = activePerson(site, who);
  const stack = site.modals.get(person.id) ?? [];
  const view = stack.find(({ id }) => id === viewId);
  if (!view) throw new Error(`${person.realName} has no modal ${viewId} open`);
  const cleared = options.all === true || view.body.clear_on_close === true;
  if (cleared) site.modals.delete(person.id);
  else leave(site, person, view);
  site.changed();
  if (view.body.notify_on_close !== true) return undefined;
  return sendInteraction(site, {
    type: 'view_closed',
    user: whoActs(person),
    ...envelope(site),
    view: viewOutput(site, view),
    is_cleared: cleared,
  });
}
