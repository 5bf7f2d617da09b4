import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Commands } from '../../commands/interaction.ts';
import { type Health, type Platform, PlatformError } from '../platform.ts';
import { createProfiles, type Installed } from './actor.ts';
import { createClients, slackError, slackLogger, toPlatformError } from './client.ts';
import { inTime } from './in-time.ts';
import { listen } from './listen.ts';
import { renderHome } from './render.ts';
import { createSending } from './send.ts';

export interface SlackOptions {
  botToken: string;
  signingSecret?: string;
  /** Socket Mode, which wins over HTTP. */
  appToken?: string;
  /** Another address for Slack's Web API, such as the playground's. */
  apiUrl?: string;
  commands: Commands;
  log: Logger;
}

export interface SlackPlatform extends Platform {
  name: 'slack';
  home: NonNullable<Platform['home']>;
  /** Takes POST /slack/events; nothing in Socket Mode. */
  requestListener?: RequestListener;
}

const BODY_LIMIT = 1024 * 1024;
const STOP_WITHIN = 8_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export async function createSlack(options: SlackOptions): Promise<SlackPlatform> {
  const { botToken, signingSecret, appToken, apiUrl, commands } = options;
  const log = options.log.child({ platform: 'slack' });
  const logger = slackLogger(log);
  const clients = createClients(botToken, apiUrl, log);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  let found: Installed | undefined;
  let trouble: string | undefined = 'not started';

  const installed = (): Installed => {
    if (found) return found;
    throw new PlatformError('later', 'Slack is not connected yet. Try again in a minute.');
  };

  const http = appToken
    ? undefined
    : new HTTPReceiver({
        signingSecret: signingSecret ?? '',
        endpoints: '/slack/events',
        logger,
        bodyLimit: BODY_LIMIT,
      });
  const clientOptions = { logger, allowAbsoluteUrls: false, ...(apiUrl ? { slackApiUrl: apiUrl } : {}) };
  const receiver: Receiver =
    http ?? new SocketModeReceiver({ appToken: appToken ?? '', logger, installerOptions: { clientOptions } });

  const app = new App({
    receiver,
    logger,
    deferInitialization: true,
    convoStore: false,
    clientOptions,
    authorize: async () => {
      const { botUserId, botId } = installed();
      return { botToken, botUserId, ...(botId ? { botId } : {}) };
    },
  });
  // What Bolt hands over may hold the whole request, so only the message is kept.
  app.error(async (error) => log.error({ problem: error.message, code: error.code }, 'a listener failed'));
  await app.init();

  const profiles = createProfiles(clients.quick, installed);
  const teamId = () => installed().teamId;
  const track = (work: Promise<void>): Promise<void> => {
    working.add(work);
    return work.finally(() => working.delete(work));
  };
  const lost = (why: string) => {
    trouble = why;
    log.error({ problem: why }, 'Slack is lost');
  };
  listen(app, {
    quick: clients.quick,
    patient: clients.patient,
    teamId,
    apiUrl,
    openedFrom: new Map(),
    log,
    stopping: stopping.signal,
    commands,
    installed,
    profiles,
    track,
    lost,
  });

  /** Learns which workspace this is; only a refusal is the installation's fault and ends the start. */
  async function connect(): Promise<void> {
    const who = await clients.quick.auth.test();
    found = {
      teamId: who.team_id ?? '',
      teamName: who.team ?? '',
      enterpriseId: who.enterprise_id,
      botUserId: who.user_id ?? '',
      botId: who.bot_id,
    };
    if (!http) await openSocket(app);
    trouble = undefined;
    log.info(
      { team: found.teamId, name: found.teamName, mode: http ? 'http' : 'socket' },
      'Slack is connected',
    );
  }

  async function keepConnecting(): Promise<void> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await delay(pause, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        return await connect();
      } catch (error) {
        trouble = toPlatformError(error).message;
      }
    }
  }

  const sending = createSending(clients.patient, installed, apiUrl);

  return {
    name: 'slack',
    ...(http ? { requestListener: inTime(http.requestListener, () => found !== undefined) } : {}),
    async start() {
      try {
        await connect();
      } catch (error) {
        const problem = toPlatformError(error);
        trouble = problem.message;
        if (problem.code !== 'later') throw problem;
        log.warn({ problem: trouble }, 'Slack is not connected yet');
        void keepConnecting();
      }
    },
    async stop() {
      stopping.abort();
      if (!http && found) await app.stop();
      const enough = delay(STOP_WITHIN, undefined, { ref: false });
      await Promise.race([Promise.allSettled([...working]), enough]);
      trouble = 'stopped';
    },
    ...sending,
    async home(account, card) {
      if (account.workspaceId !== teamId())
        throw new PlatformError('gone', 'This account is of another workspace.');
      try {
        await clients.patient.views.publish({
          user_id: account.externalId,
          view: renderHome(card, teamId()),
        });
      } catch (error) {
        throw toPlatformError(error);
      }
    },
    async accountByEmail(workspaceId, email) {
      if (workspaceId !== teamId()) return undefined;
      try {
        const { user } = await clients.patient.users.lookupByEmail({ email });
        const usable = user?.is_email_confirmed && !user.deleted && !user.is_bot;
        return usable && user.team_id === workspaceId ? user.id : undefined;
      } catch (error) {
        if (slackError(error) === 'users_not_found') return undefined;
        throw toPlatformError(error);
      }
    },
    tellsOfLeavers: true,
    async isThere(workspaceId, externalId) {
      if (workspaceId !== teamId()) throw new PlatformError('gone', 'I am not installed in that workspace.');
      profiles.forget(externalId);
      const { refused } = await profiles.of(externalId);
      return refused !== 'gone' && refused !== 'foreign';
    },
    async health(): Promise<Health> {
      if (trouble !== undefined) return { name: 'slack', ok: false, detail: trouble };
      try {
        await clients.quick.auth.test();
        const { teamName } = installed();
        return {
          name: 'slack',
          ok: true,
          detail: `connected to ${teamName} by ${http ? 'HTTP' : 'Socket Mode'}`,
        };
      } catch (error) {
        return { name: 'slack', ok: false, detail: toPlatformError(error).message };
      }
    },
  };
}

async function openSocket(app: App): Promise<void> {
  try {
    await app.start();
  } catch (error) {
    const code = slackError(error);
    if (code === undefined) throw error;
    const text = `Slack does not accept SLACK_APP_TOKEN (${code}). It starts with xapp- and needs the scope connections:write.`;
    throw new PlatformError('refused', text);
  }
}
