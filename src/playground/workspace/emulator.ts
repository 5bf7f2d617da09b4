import { createEmulator } from 'emulate';
import { type Shape, shapeOf } from './shape.ts';

/** Made by the emulator's own defaults; it belongs to nobody and is hidden from the app. */
export const LANDLORD = 'U000000001';
export const SPARE_CHANNEL = 'C000000002';
export const LANDLORD_TOKEN = 'xoxp-landlord';

const PERSON_SCOPES = [
  'channels:read',
  'channels:join',
  'channels:manage',
  'channels:write',
  'groups:read',
  'groups:write',
  'im:read',
  'im:write',
  'chat:write',
  'users:read',
  'users:profile:write',
  'files:read',
  'files:write',
];

export type EmulatorSeed = {
  team: { name: string; domain: string };
  app: { id: string; name: string; userId: string; botId: string; token: string; scopes: readonly string[] };
  people: readonly {
    name: string;
    realName: string;
    email: string;
    title: string;
    admin: boolean;
    token: string;
  }[];
  channels: readonly { name: string; topic: string; private: boolean }[];
};

/** Starts `emulate`'s Slack, whose own port must not be used by the app: see `api/serve.ts`. */
export async function startEmulator(seed: EmulatorSeed) {
  const { app } = seed;
  return createEmulator({
    service: 'slack',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      slack: {
        strict_scopes: true,
        team: seed.team,
        users: seed.people.map((person) => ({
          name: person.name,
          real_name: person.realName,
          email: person.email,
          is_admin: person.admin,
          profile: {
            display_name: person.name,
            real_name: person.realName,
            email: person.email,
            title: person.title,
          },
        })),
        channels: seed.channels.map(({ name, topic, private: is_private }) => ({ name, topic, is_private })),
        oauth_apps: [
          {
            client_id: `${app.id}.1`,
            client_secret: 'unused',
            app_id: app.id,
            name: app.name,
            redirect_uris: [],
            scopes: [...app.scopes],
            bot_id: app.botId,
            bot_user_id: app.userId,
            bot_name: app.name.toLowerCase(),
          },
        ],
        tokens: [
          {
            token: app.token,
            type: 'bot',
            user_id: app.userId,
            scopes: [...app.scopes],
            app_id: app.id,
            bot_id: app.botId,
            bot_user_id: app.userId,
          },
          { token: LANDLORD_TOKEN, type: 'user', user_id: LANDLORD, scopes: PERSON_SCOPES },
          ...seed.people.map((person) => ({
            token: person.token,
            type: 'user',
            user_id: person.name,
            scopes: PERSON_SCOPES,
          })),
        ],
      },
    },
  });
}

export async function callEmulator(url: string, method: string, args: Shape, token: string): Promise<Shape> {
  const answer = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  });
  if (answer.status === 404) return { ok: false, error: 'unknown_method' };
  return shapeOf(await answer.json());
}
