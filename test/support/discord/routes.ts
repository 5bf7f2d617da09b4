import type { Body } from './body.ts';
import { checkCommands, kindOf } from './check-commands.ts';
import type { Gateway } from './gateway.ts';
import { guildPayload } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import {
  createMessage,
  editMessage,
  messageIn,
  messagePayload,
  type Pings,
  removeMessage,
} from './messages.ts';
import { Refusal } from './refusal.ts';
import { type Shape, stringOf } from './shape.ts';
import {
  type Channel,
  channelPayload,
  directChannel,
  type Guild,
  memberOf,
  personById,
  type Site,
} from './site.ts';
import { snowflake } from './snowflake.ts';

export interface Fake {
  site: Site;
  pings: Pings;
  gateway: Gateway;
  interactions: Interactions;
  origin(): string;
}

export interface Answer {
  status: number;
  body?: unknown;
}

/** What one kind of request does; the parts of its path that vary come in order. */
interface Route {
  method: string;
  path: RegExp;
  /** Takes requests without the bot's token: what they name is secret enough. */
  open?: true;
  run: (fake: Fake, parts: string[], body: Body & { list?: Shape[] }, query: URLSearchParams) => Answer;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const NOTHING: Answer = { status: 204 };

const ID = '(\\d+)';
const route = (method: string, path: string, run: Route['run'], open?: true): Route => ({
  method,
  path: new RegExp(
    `^${path.replaceAll(':id', ID).replaceAll(':token', '([^/]+)').replaceAll(':message', '([^/]+)')}$`,
  ),
  run,
  ...(open ? { open } : {}),
});

const guildOf = ({ site }: Fake, id = ''): Guild => {
  const guild = site.guilds.get(id);
  if (!guild) throw new Refusal(404, 10004, 'Unknown Guild');
  return guild;
};

const channelOf = ({ site }: Fake, id = ''): Channel => {
  const channel = site.channels.get(id);
  if (!channel) throw new Refusal(404, 10003, 'Unknown Channel');
  if (channel.app === 'nothing') throw new Refusal(403, 50001, 'Missing Access');
  return channel;
};

/** A channel that the app may say something in. */
const writable = (fake: Fake, id = ''): Channel => {
  const channel = channelOf(fake, id);
  const { recipient } = channel;
  if (channel.app === 'read') throw new Refusal(403, 50013, 'Missing Permissions');
  if (!recipient) return channel;
  const mutual = [...fake.site.guilds.values()].some(({ members }) => members.has(recipient.user.id));
  if (!mutual)
    throw new Refusal(403, 50278, 'Cannot send messages to this user due to having no mutual guilds');
  if (recipient.closed) throw new Refusal(403, 50007, 'Cannot send messages to this user');
  return channel;
};

const mine = ({ site }: Fake, id = ''): void => {
  if (id !== site.app.id)
    throw new Refusal(403, 20012, 'You are not authorized to perform this action on this application');
};

const said = (fake: Fake, message: Parameters<typeof messagePayload>[1]) =>
  ok(messagePayload(fake.site, message, fake.origin()));

const commandsAt = (path: string, at: (parts: string[]) => string): Route[] => [
  route('GET', path, (fake, parts) => {
    mine(fake, parts[0]);
    return ok(fake.site.commands.get(at(parts)) ?? []);
  }),
  route('PUT', path, (fake, parts, { list }) => {
    mine(fake, parts[0]);
    if (!list) throw new Refusal(400, 50035, 'Invalid Form Body');
    checkCommands(list);
    const registered = list.map((command) => registration(fake, at(parts), command));
    fake.site.commands.set(at(parts), registered);
    fake.site.changed();
    return ok(registered);
  }),
  route('POST', path, (fake, parts, { json }) => {
    mine(fake, parts[0]);
    const others = (fake.site.commands.get(at(parts)) ?? []).filter(
      (one) => one.name !== json.name || kindOf(one) !== kindOf(json),
    );
    checkCommands([...others, json]);
    const registered = registration(fake, at(parts), json);
    fake.site.commands.set(at(parts), [...others, registered]);
    return { status: 201, body: registered };
  }),
];

const registration = (fake: Fake, where: string, command: Shape): Shape => ({
  default_member_permissions: null,
  nsfw: false,
  description: '',
  ...command,
  type: kindOf(command),
  id: snowflake(),
  application_id: fake.site.app.id,
  version: snowflake(),
  ...(where === 'global' ? {} : { guild_id: where }),
});

export const ROUTES: readonly Route[] = [
  route('GET', '/gateway/bot', ({ gateway, origin }) => {
    const { total, remaining } = gateway.starts;
    const limit = { total, remaining, reset_after: 86_400_000, max_concurrency: 1 };
    return ok({ url: origin().replace('http', 'ws'), shards: 1, session_start_limit: limit });
  }),
  route('GET', '/users/@me', ({ site }) => ok(site.app.user)),
  route('GET', '/applications/@me', ({ site }) =>
    ok({
      id: site.app.id,
      name: site.app.user.username,
      icon: null,
      description: '',
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: '',
      team: null,
      flags: 0,
      bot: site.app.user,
    }),
  ),
  route('GET', '/users/@me/guilds', ({ site }) =>
    ok(
      [...site.guilds.values()].map(({ id, name }) => ({
        id,
        name,
        icon: null,
        owner: false,
        permissions: '0',
        features: [],
      })),
    ),
  ),
  route('GET', '/users/:id', ({ site }, [id = '']) => {
    const person = personById(site, id);
    if (person) return ok(person.user);
    if (id === site.app.id) return ok(site.app.user);
    throw new Refusal(404, 10013, 'Unknown User');
  }),
  ...commandsAt('/applications/:id/commands', () => 'global'),
  ...commandsAt('/applications/:id/guilds/:id/commands', ([, guild = '']) => guild),
  route('GET', '/guilds/:id', (fake, [id]) => ok(guildPayload(fake.site, guildOf(fake, id)))),
  route('GET', '/guilds/:id/channels', (fake, [id]) =>
    ok(guildPayload(fake.site, guildOf(fake, id)).channels),
  ),
  route('GET', '/guilds/:id/members/:id', (fake, [id, user = '']) => {
    const person = guildOf(fake, id).members.get(user);
    if (person) return ok(memberOf(person));
    throw personById(fake.site, user)
      ? new Refusal(404, 10007, 'Unknown Member')
      : new Refusal(404, 10013, 'Unknown User');
  }),
  route('GET', '/guilds/:id/members', (fake, [id], _, query) => {
    const guild = guildOf(fake, id);
    if (fake.gateway.allowed === 0) throw new Refusal(403, 50001, 'Missing Access');
    const limit = Number(query.get('limit') ?? 1);
    if (!(limit >= 1 && limit <= 1_000)) throw new Refusal(400, 50035, 'Invalid Form Body');
    const after = BigInt(query.get('after') ?? 0);
    const sorted = [...guild.members.values()].sort((a, b) =>
      BigInt(a.user.id) < BigInt(b.user.id) ? -1 : 1,
    );
    return ok(
      sorted
        .filter(({ user }) => BigInt(user.id) > after)
        .slice(0, limit)
        .map(memberOf),
    );
  }),
  route('POST', '/users/@me/channels', ({ site }, _, { json }) => {
    const person = personById(site, stringOf(json.recipient_id));
    if (!person || person.bot) throw new Refusal(400, 50033, 'Invalid Recipient(s)');
    return ok(channelPayload(directChannel(site, person)));
  }),
  route('GET', '/channels/:id', (fake, [id]) => ok(channelPayload(channelOf(fake, id)))),
  route('POST', '/channels/:id/messages', (fake, [id], body) =>
    said(fake, createMessage(fake.site, fake.pings, writable(fake, id), body, { answers: false })),
  ),
  route('GET', '/channels/:id/messages/:id', (fake, [id, message = '']) =>
    said(fake, messageIn(fake.site, channelOf(fake, id), message)),
  ),
  route('PATCH', '/channels/:id/messages/:id', (fake, [id, message = ''], body) =>
    said(fake, editMessage(fake.site, fake.pings, messageIn(fake.site, channelOf(fake, id), message), body)),
  ),
  route('DELETE', '/channels/:id/messages/:id', (fake, [id, message = '']) => {
    removeMessage(fake.site, messageIn(fake.site, channelOf(fake, id), message));
    return NOTHING;
  }),
  route(
    'POST',
    '/interactions/:id/:token/callback',
    (fake, [id = '', token = ''], body, query) => {
      const message = fake.interactions.callback(id, token, body);
      if (query.get('with_response') !== 'true') return NOTHING;
      const interaction = { id, type: Number(body.json.type) };
      return ok({
        interaction,
        ...(message
          ? {
              resource: {
                type: interaction.type,
                message: messagePayload(fake.site, message, fake.origin()),
              },
            }
          : {}),
      });
    },
    true,
  ),
  route(
    'POST',
    '/webhooks/:id/:token',
    (fake, [, token = ''], body) =>
      said(fake, fake.interactions.followUp(fake.interactions.byToken(token), body)),
    true,
  ),
  route(
    'GET',
    '/webhooks/:id/:token/messages/:message',
    (fake, [, token = '', message = '']) =>
      said(fake, fake.interactions.message(fake.interactions.byToken(token), message)),
    true,
  ),
  route(
    'PATCH',
    '/webhooks/:id/:token/messages/:message',
    (fake, [, token = '', message = ''], body) =>
      said(fake, fake.interactions.edit(fake.interactions.byToken(token), message, body)),
    true,
  ),
  route(
    'DELETE',
    '/webhooks/:id/:token/messages/:message',
    (fake, [, token = '', message = '']) => {
      fake.interactions.remove(fake.interactions.byToken(token), message);
      return NOTHING;
    },
    true,
  ),
];
