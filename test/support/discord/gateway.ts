import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import { WebSocket, WebSocketServer } from 'ws';
import { isShape, type Shape, shapeOf, stringOf } from './shape.ts';
import { channelPayload, type Guild, memberOf, type Site } from './site.ts';

const HEARTBEAT = 41_250;
const PRIVILEGED =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
const EVERY_INTENT = Object.values(GatewayIntentBits).reduce<number>(
  (sum, bit) => (typeof bit === 'number' ? sum | bit : sum),
  0,
);

interface Session {
  id: string;
  intents: number;
  sent: { s: number; t: string; d: unknown }[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  server: WebSocketServer;
  /** The privileged intents that are switched on for the application. */
  allowed: number;
  /** How often an application may identify itself a day. */
  starts: { total: number; remaining: number };
  /** Every intent set that somebody identified with, in order. */
  identified: number[];
  resumed: number;
  sessions(): number;
  /** Resolves once somebody is connected and identified. */
  session(): Promise<void>;
  dispatch(event: string, data: unknown, intent?: number): void;
  addGuild(guild: Guild): void;
  /** Cuts every connection; the sessions may be resumed unless they are forgotten. */
  drop(how?: { forget?: boolean; code?: number }): void;
}

export function createGateway(site: Site, origin: () => string): Gateway {
  const server = new WebSocketServer({ noServer: true });
  const sessions = new Map<string, Session>();
  const waiting = new Set<() => void>();

  const send = (session: Session, event: string, data: unknown) => {
    const one = { s: session.sent.length + 1, t: event, d: data };
    session.sent.push(one);
    if (session.socket?.readyState === WebSocket.OPEN) {
      session.socket.send(JSON.stringify({ op: GatewayOpcodes.Dispatch, ...one }));
    }
  };

  const identify = (socket: WebSocket, data: Shape): Session | undefined => {
    if (data.token !== site.app.token) return refuse(socket, GatewayCloseCodes.AuthenticationFailed);
    const intents = Number(data.intents);
    if (!Number.isInteger(intents) || (intents & ~EVERY_INTENT) !== 0) {
      return refuse(socket, GatewayCloseCodes.InvalidIntents);
    }
    gateway.identified.push(intents);
    if (intents & PRIVILEGED & ~gateway.allowed) {
      return refuse(socket, GatewayCloseCodes.DisallowedIntents);
    }
    if (gateway.starts.remaining <= 0) {
      socket.send(JSON.stringify({ op: GatewayOpcodes.InvalidSession, d: false }));
      return undefined;
    }
    gateway.starts.remaining -= 1;
    const session: Session = { id: randomBytes(16).toString('hex'), intents, sent: [], socket };
    sessions.set(session.id, session);
    send(session, 'READY', {
      v: 10,
      user: site.app.user,
      guilds: [...site.guilds.keys()].map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: origin().replace('http', 'ws'),
      shard: data.shard ?? [0, 1],
      application: { id: site.app.id, flags: 0 },
    });
    if (intents & GatewayIntentBits.Guilds) {
      for (const guild of site.guilds.values()) send(session, 'GUILD_CREATE', guildPayload(site, guild));
    }
    for (const resolve of waiting) resolve();
    waiting.clear();
    return session;
  };

  const resume = (socket: WebSocket, data: Shape): Session | undefined => {
    const session = sessions.get(stringOf(data.session_id));
    if (!session || data.token !== site.app.token) {
      socket.send(JSON.stringify({ op: GatewayOpcodes.InvalidSession, d: false }));
      return undefined;
    }
    session.socket = socket;
    gateway.resumed += 1;
    for (const one of session.sent.filter(({ s }) => s > Number(data.seq))) {
      socket.send(JSON.stringify({ op: GatewayOpcodes.Dispatch, ...one }));
    }
    send(session, 'RESUMED', {});
    return session;
  };

  const refuse = (socket: WebSocket, code: GatewayCloseCodes): undefined => {
    socket.close(code);
  };

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const query = new URL(request.url ?? '/', 'ws://gateway').searchParams;
    if (query.get('v') !== '10') return socket.close(GatewayCloseCodes.InvalidAPIVersion);
    if (query.get('encoding') !== 'json') return socket.close(GatewayCloseCodes.DecodeError);
    let session: Session | undefined;
    socket.send(
      JSON.stringify({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: HEARTBEAT }, s: null, t: null }),
    );
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined;
    });
    socket.on('message', (raw) => {
      const payload = read(String(raw));
      if (!payload) return socket.close(GatewayCloseCodes.DecodeError);
      switch (payload.op) {
        case GatewayOpcodes.Heartbeat:
          return socket.send(JSON.stringify({ op: GatewayOpcodes.HeartbeatAck }));
        case GatewayOpcodes.Identify:
          if (session) return socket.close(GatewayCloseCodes.AlreadyAuthenticated);
          session = identify(socket, shapeOf(payload.d));
          return;
        case GatewayOpcodes.Resume:
          session = resume(socket, shapeOf(payload.d));
          return;
        case GatewayOpcodes.PresenceUpdate:
          return session ? undefined : socket.close(GatewayCloseCodes.NotAuthenticated);
        default:
          return socket.close(session ? GatewayCloseCodes.UnknownOpcode : GatewayCloseCodes.NotAuthenticated);
      }
    });
  });

  const connected = () =>
    [...sessions.values()].filter(({ socket }) => socket?.readyState === WebSocket.OPEN);
  const gateway: Gateway = {
    server,
    allowed: GatewayIntentBits.GuildMembers,
    starts: { total: 1_000, remaining: 1_000 },
    identified: [],
    resumed: 0,
    sessions: () => connected().length,
    session: () =>
      connected().length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve)),
    dispatch: (event, data, intent = 0) => {
      for (const session of sessions.values()) {
        if ((session.intents & intent) === intent) send(session, event, data);
      }
    },
    addGuild: (guild) => {
      gateway.dispatch('GUILD_CREATE', guildPayload(site, guild), GatewayIntentBits.Guilds);
    },
    drop: ({ forget = false, code = 1001 } = {}) => {
      for (const { socket } of sessions.values()) socket?.close(code);
      if (forget) sessions.clear();
    },
  };
  return gateway;
}

function read(text: string): Shape | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isShape(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A guild as a new session hears of it: of its members only the application itself, as without more intents. */
export const guildPayload = (site: Site, guild: Guild) => ({
  id: guild.id,
  name: guild.name,
  icon: null,
  owner_id: [...guild.members.values()].find(({ admin }) => admin)?.user.id ?? '0',
  region: 'deprecated',
  afk_channel_id: null,
  afk_timeout: 300,
  verification_level: 1,
  default_message_notifications: 0,
  explicit_content_filter: 0,
  roles: [
    {
      id: guild.id,
      name: '@everyone',
      color: 0,
      colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
      hoist: false,
      position: 0,
      permissions: '2147600384',
      managed: false,
      mentionable: false,
      flags: 0,
    },
  ],
  emojis: [],
  features: [],
  mfa_level: 0,
  application_id: null,
  system_channel_id: null,
  system_channel_flags: 0,
  rules_channel_id: null,
  vanity_url_code: null,
  description: null,
  banner: null,
  premium_tier: 0,
  preferred_locale: 'en-US',
  public_updates_channel_id: null,
  nsfw_level: 0,
  premium_progress_bar_enabled: false,
  safety_alerts_channel_id: null,
  stickers: [],
  joined_at: '2026-01-05T09:00:00.000000+00:00',
  large: false,
  unavailable: false,
  member_count: guild.members.size + 1,
  voice_states: [],
  members: [memberOf({ name: 'rollcall', bot: true, user: site.app.user })],
  channels: [...site.channels.values()]
    .filter((channel) => channel.guild === guild && channel.app !== 'nothing')
    .map(channelPayload),
  threads: [],
  presences: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
});
