import { deliverEvent } from '../deliver.ts';
import { openDirect } from '../direct.ts';
import { activePerson } from '../find.ts';
import { viewOutput } from '../payload.ts';
import type { Delivery, Site } from '../site.ts';

/** A person opens the app's Home, or its Messages tab. */
export async function openHome(
  site: Site,
  who: string,
  tab: 'home' | 'messages' = 'home',
): Promise<Delivery | undefined> {
  const person = activePerson(site, who);
  const direct = await openDirect(site, person, site.app.userId);
  const shown = site.homes.get(person.id);
  return deliverEvent(site, {
    type: 'app_home_opened',
    user: person.id,
    channel: direct.id,
    tab,
    event_ts: (Date.now() / 1000).toFixed(6),
    ...(shown && tab === 'home' ? { view: viewOutput(site, shown) } : {}),
  });
}
