import type { AddressInfo } from 'node:net';
import { GatewayIntentBits } from 'discord-api-types/v10';
import { createGateway, type Gateway } from './gateway.ts';
import { type Act, createInteractions, type Interaction, type Interactions } from './interactions.ts';
import type { Pings } from './messages.ts';
import { Refusal } from './refusal.ts';
import { type Calls, type Refused, serve } from './serve.ts';
import { addGuild, type ChannelSeed, createSite, type Guild, type PersonSeed, type Site } from './site.ts';

export interface FakeDiscord {
  site: Site;
  /** The guild that the seed described. */
  guild: Guild;
  token: string;
  applicationId: string;
  /** What discord.js calls `rest.api`. */
  apiUrl: string;
  gateway: Gateway;
  interactions: Interactions;
  /** Everybody who was pinged, in order. */
  pings: Pings;
  /** What Discord did not carry out, oldest first. */
  refused: Refused[];
  done: Calls['done'];
  /** Hands an act to the app and waits for its first answer, three seconds at most, as the client does. */
  perform(act: Act): Promise<Interaction>;
  /** Waits for a session of the app to connect to the gateway. */
  connected(): Promise<void>;
  /** Waits until something is there, ten seconds at most. */
  until<T>(find: () => T | undefined): Promise<T>;
  /** Hands an interaction over once more, as a second session of the same app gets it. */
  again(interaction: Interaction): void;
  /** The next such request is refused, whatever it says. */
  failNext(method: string, path: RegExp, refusal: Refusal): void;
  /** Moves the clock that tokens and answers are measured by. */
  pass(milliseconds: number): void;
  leave(name: string): void;
  /** The app is added to another guild. */
  join(name: string, channels: readonly ChannelSeed[], members: readonly string[]): Guild;
  stop(): Promise<void>;
}

const FIRST_ANSWER = 3_000;

/** Discord on loopback: its REST API and its gateway, refusing what Discord refuses. */
export async function startDiscord(seed: {
  guild: string;
  people: readonly PersonSeed[];
  channels: readonly ChannelSeed[];
  /** For how long the client waits for the first answer; three seconds in life. */
  patience?: number;
}): Promise<FakeDiscord> {
  const site = createSite(seed);
  const [guild] = site.guilds.values();
  if (!guild) throw new Error('there is no guild');
  let port = 0;
  let passed = 0;
  const origin = () => `http://127.0.0.1:${port}`;
  const pings: Pings = { all: [] };
  const calls: Calls = { refused: [], failures: [], done: [] };
  const gateway = createGateway(site, origin);
  const interactions = createInteractions(site, pings, origin, () => performance.now() + passed);
  const http = serve({ site, pings, gateway, interactions, origin }, calls);
  http.on('upgrade', (request, socket, head) => {
    gateway.server.handleUpgrade(request, socket, head, (connected) => {
      gateway.server.emit('connection', connected, request);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  port = (http.address() as AddressInfo).port;

  const hand = (interaction: Interaction) => {
    interaction.dispatched += 1;
    gateway.dispatch('INTERACTION_CREATE', interaction.payload);
  };

  return {
    site,
    guild,
    token: site.app.token,
    applicationId: site.app.id,
    apiUrl: `${origin()}/api`,
    gateway,
    interactions,
    pings,
    refused: calls.refused,
    done: calls.done,
    perform: (act) =>
      new Promise((resolve, reject) => {
        const unanswered = new Error();
        const interaction = interactions.begin(act);
        const before = calls.refused.length;
        const end = (settle: () => void) => {
          clearTimeout(timer);
          stop();
          settle();
        };
        const stop = site.onChange(() => {
          if (interaction.answered) end(() => resolve(interaction));
        });
        const timer = setTimeout(() => {
          const refused = calls.refused.slice(before).map((one) => JSON.stringify(one));
          unanswered.message = ['The application did not respond', ...refused].join('\n');
          end(() => reject(unanswered));
        }, seed.patience ?? FIRST_ANSWER);
        hand(interaction);
      }),
    until: (find) =>
      new Promise((resolve, reject) => {
        const late = new Error('the app never did that');
        const check = () => {
          const found = find();
          if (found === undefined) return;
          clearTimeout(timer);
          stop();
          resolve(found);
        };
        const stop = site.onChange(check);
        const timer = setTimeout(() => {
          stop();
          reject(late);
        }, 10_000);
        check();
      }),
    connected: async () => {
      await gateway.session();
    },
    again: hand,
    failNext: (method, path, refusal) => void calls.failures.push({ method, path, refusal }),
    pass: (milliseconds) => {
      passed += milliseconds;
    },
    leave: (name) => {
      const person = site.people.get(name);
      if (!person || !guild.members.delete(person.user.id)) throw new Error(`${name} is no member`);
      gateway.dispatch(
        'GUILD_MEMBER_REMOVE',
        { guild_id: guild.id, user: person.user },
        GatewayIntentBits.GuildMembers,
      );
    },
    join: (name, channels, members) => {
      const joined = addGuild(site, name, channels);
      for (const member of members) {
        const person = site.people.get(member);
        if (person) joined.members.set(person.user.id, person);
      }
      gateway.addGuild(joined);
      return joined;
    },
    stop: async () => {
      gateway.server.close();
      for (const socket of gateway.server.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

export const tooManyRequests = (retryAfter: number): Refusal =>
  new Refusal(429, 0, 'You are being rate limited.', { retryAfter });
