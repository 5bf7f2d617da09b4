import { deliverEvent } from '../deliver.ts';
import { findPerson } from '../find.ts';
import { userOutput } from '../payload.ts';
import type { Delivery, Site } from '../site.ts';

/** The workspace's administrators deactivate somebody's Slack account, or bring it back. */
export async function deactivate(site: Site, who: string, deleted = true): Promise<Delivery | undefined> {
  const person = findPerson(site, who);
  person.deleted = deleted;
  if (deleted) site.modals.delete(person.id);
  site.changed();
  const now = Math.floor(Date.now() / 1000);
  return deliverEvent(site, {
    type: 'user_change',
    user: userOutput(site, person),
    cache_ts: now,
    event_ts: `${now}.000000`,
  });
}

/** The workspace's administrators remove the app: its token is worth nothing from then on. */
export async function uninstall(site: Site): Promise<void> {
  const event_ts = (Date.now() / 1000).toFixed(6);
  await deliverEvent(site, {
    type: 'tokens_revoked',
    tokens: { oauth: [], bot: [site.app.userId] },
    event_ts,
  });
  await deliverEvent(site, { type: 'app_uninstalled', event_ts });
  site.installed = false;
  site.changed();
}
