import { randomUUID } from 'node:crypto';
import { randomId } from './ids.ts';
import type { Shape } from './shape.ts';
import type { Channel, Message, Person, ReplyUrl, Site, View } from './site.ts';

const MOST_KEPT = 5_000;

function forgetOldest(things: Map<string, unknown>): void {
  const [oldest] = things.keys();
  if (oldest !== undefined && things.size >= MOST_KEPT) things.delete(oldest);
}

export function makeTrigger(site: Site, person: Person, viewId?: string): string {
  const id = `${Date.now()}.${randomId('')}`;
  forgetOldest(site.triggers);
  site.triggers.set(id, { person: person.id, born: Date.now(), used: false, ...(viewId ? { viewId } : {}) });
  return id;
}

export function makeReplyUrl(site: Site, reply: Omit<ReplyUrl, 'born' | 'uses'>): string {
  const secret = randomUUID();
  forgetOldest(site.replyUrls);
  site.replyUrls.set(secret, { ...reply, born: Date.now(), uses: 0 });
  return `${site.origin}/reply/${site.team.id}/${randomId('')}/${secret}`;
}

export const whoActs = (person: Person): Shape => ({
  id: person.id,
  username: person.name,
  name: person.name,
  team_id: person.teamId,
});

export const envelope = (site: Site): Shape => ({
  token: 'unused',
  api_app_id: site.app.id,
  team: { id: site.team.id, domain: site.team.domain },
  enterprise: null,
  is_enterprise_install: false,
});

/** Slack calls every direct message `directmessage` and every private channel `privategroup`. */
export const channelName = (channel: Channel): string =>
  ({ public: channel.name, private: 'privategroup', direct: 'directmessage' })[channel.kind];

export function messageOutput(site: Site, message: Message): Shape {
  const mine = message.author === site.app.userId;
  return {
    type: 'message',
    user: message.author,
    ts: message.ts,
    text: message.text,
    team: site.team.id,
    ...(mine ? { bot_id: site.app.botId, app_id: site.app.id } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.edited ? { edited: { user: message.author, ts: message.ts } } : {}),
  };
}

export const viewOutput = (site: Site, view: View): Shape => ({
  ...view.body,
  id: view.id,
  team_id: site.team.id,
  app_id: site.app.id,
  app_installed_team_id: site.team.id,
  bot_id: site.app.botId,
  state: { values: view.values },
  root_view_id: view.root,
  previous_view_id: view.previous ?? null,
});

export const userOutput = (site: Site, person: Person): Shape => ({
  id: person.id,
  team_id: person.teamId,
  name: person.name,
  real_name: person.realName,
  deleted: person.deleted,
  is_admin: person.admin,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: person.guest === 'restricted' || person.guest === 'ultra_restricted',
  is_ultra_restricted: person.guest === 'ultra_restricted',
  is_bot: person.bot,
  is_app_user: false,
  is_stranger: person.teamId !== site.team.id,
  is_email_confirmed: true,
  tz: 'Europe/Berlin',
  tz_offset: 3600,
  updated: 1_780_000_000,
  profile: {
    title: person.title,
    real_name: person.realName,
    real_name_normalized: person.realName,
    display_name: person.name,
    display_name_normalized: person.name,
    email: person.email,
    team: person.teamId,
  },
});
