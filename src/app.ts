import { confirmStepUp } from './commands/confirm.ts';
import { createCommands } from './commands/dispatch.ts';
import { createDraw } from './commands/draw.ts';
import type { Config } from './config.ts';
import { databaseClock } from './core/clock.ts';
import type { Context, InstallationPolicy } from './core/context.ts';
import { findAction, keepActions } from './core/delivery/stored-actions.ts';
import { foldEmail } from './core/email.ts';
import { acceptInvitation } from './core/invitation/accept.ts';
import { showInvitation } from './core/invitation/open.ts';
import { noticeLeaver } from './core/member/notice-leaver.ts';
import { registerPasskey, showEnrolment } from './core/passkey/register.ts';
import { scheduleHealth, scheduleStates } from './core/schedule/health.ts';
import { beginSignIn, finishSignIn } from './core/sso/sign-in.ts';
import { showStepUp } from './core/step-up/show.ts';
import { together } from './core/together.ts';
import { type Authenticated, authenticateAll } from './core/token/authenticate.ts';
import { introspectToken } from './core/token/introspect.ts';
import { revokePresented } from './core/token/revoke-presented.ts';
import { createTokenUses } from './core/token/uses.ts';
import { makeSetupCode } from './core/user/make-setup-code.ts';
import { createUses } from './core/uses.ts';
import { type Database, openDatabase } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import { takeTurns } from './db/turns.ts';
import { createMetrics } from './http/metrics.ts';
import { createServer } from './http/server.ts';
import { deliveryHealth } from './jobs/deliver.ts';
import { type JobProgress, jobsHealth, progressOf } from './jobs/health.ts';
import { jobs, startJobs } from './jobs/index.ts';
import type { Delivery } from './jobs/job.ts';
import { createQueue } from './jobs/queue.ts';
import type { Log } from './log.ts';
import { invitationLetter } from './mail/letters/invitation.ts';
import { linkCodeLetter } from './mail/letters/link-code.ts';
import { passkeyLetter } from './mail/letters/passkey.ts';
import { createMail } from './mail/send.ts';
import type { Health } from './platforms/platform.ts';
import { createSlack } from './platforms/slack/index.ts';
import { keepSecretKey } from './secret-key.ts';
import type { Card } from './views/card.ts';

export interface App {
  /** The port that it listens on, and what the person who started it should read. */
  start(): Promise<{ port: number; announcements: readonly string[] }>;
  /** Lets what is under way finish, within ten seconds. */
  stop(): Promise<void>;
  database: Database;
  playground?: Playground;
}

type Playground = Awaited<ReturnType<typeof import('./playground/play.ts').play>>;

/** Puts the parts together; nothing listens and nothing runs before `start()`. `stop()` closes the database. */
export const createApp = async (
  config: Config,
  log: Log,
  open: () => Promise<Database> = () => openDatabase(config.database),
): Promise<App> => {
  const database = await open();
  try {
    return await assemble(config, log, database);
  } catch (error) {
    await database.close();
    throw error;
  }
};

/** The playground answers on this machine alone; letters link to the same name, so that a browser takes both for one site. */
const openAt = (publicUrl: string, port: number): string => {
  const { hostname } = new URL(publicUrl);
  return `http://${hostname === '127.0.0.1' ? hostname : 'localhost'}:${port}/`;
};

const assemble = async (config: Config, log: Log, database: Database): Promise<App> => {
  const { db } = database;
  await migrate(database);
  const secretKey = config.secretKey ?? (await keepSecretKey(config.database.dataDir));
  const queue = await createQueue({ database, log, jobs });
  let port = config.port;
  const local = (path: string): string => `http://127.0.0.1:${port}${path}`;

  const playground = config.slack || config.discord ? undefined : await openPlayground();
  const slack = config.slack ?? playground?.slack;
  const mail = createMail({
    smtpUrl: config.mail?.smtpUrl,
    from: config.mail?.from ?? 'Rollcall <rollcall@localhost>',
    inbox: config.mail ? undefined : playground?.mailbox,
  });
  const installation: InstallationPolicy = {
    publicUrl: config.publicUrl,
    secretKey,
    operators: [...config.operators.map(foldEmail), ...(playground?.operators ?? [])],
    createOrganizations: playground ? 'anyone' : config.createOrganizations,
    linkByEmail: [...config.linkByEmail, ...(playground ? [playground.slack.teamId] : [])],
    kubernetesNamespace: config.kubernetesNamespace,
    mail: mail.configured,
  };
  const contextOf = (name: string): Context => ({
    db,
    installation,
    enqueue: queue.enqueue,
    log,
    actor: { kind: 'system', name },
  });

  const progress = async (): Promise<JobProgress[]> => progressOf(jobs, await queue.states(), new Date());
  const health = async (): Promise<Health[]> =>
    Promise.all([
      ...platforms().map((platform) => platform.health()),
      mail.health(),
      queue.health(),
      deliveryHealth(db),
      scheduleHealth(db),
      jobsHealth(progress),
      databaseClock(db),
    ]);
  const uses = createUses(db);
  const commands = createCommands({
    acted: uses.acted,
    db,
    installation,
    enqueue: queue.enqueue,
    health,
    log,
    left: async (account, workspaceId) => {
      const memberships = await noticeLeaver(contextOf('leavers'), account, workspaceId);
      log.info({ account, workspaceId, memberships }, 'somebody is gone from a workspace');
    },
  });
  const slackPlatform = slack && (await createSlack({ ...slack, commands, log }));
  const discordPlatform =
    config.discord &&
    (await import('./platforms/discord/index.ts')).createDiscord({
      ...config.discord,
      commands,
      store: {
        keep: (actions) => keepActions({ db, installation }, actions),
        find: (id) => findAction({ db, installation }, id),
      },
      takeTurns: (turn) => takeTurns(database, 'discord gateway', turn, log),
      log,
    });
  const platforms = () => [slackPlatform, discordPlatform].filter((platform) => platform !== undefined);

  const tokenUses = createTokenUses(db);
  const authenticate = together((texts: readonly string[]) => authenticateAll(db, texts));
  const used = async (found: Promise<Authenticated | undefined>): Promise<Authenticated | undefined> => {
    const token = await found;
    if (token) {
      tokenUses.note(token);
      const { organizationId, principal } = token;
      uses.used({ organizationId, principalId: principal.id, grants: [] });
    }
    return token;
  };

  const metrics = createMetrics(queue.depths, () => scheduleStates(db), progress);
  const delivery: Delivery = {
    platforms: { slack: slackPlatform, discord: discordPlatform },
    mail,
    draw: createDraw({
      db,
      installation,
      letters: { invitation: invitationLetter, linkCode: linkCodeLetter, passkey: passkeyLetter },
    }),
    drawHome: async (account) => {
      let drawn: Card | undefined;
      await commands.receive({
        key: `home:${account.platform}:${account.workspaceId}:${account.externalId}`,
        account,
        byItself: true,
        name: '',
        workspaceName: '',
        profile: async () => ({ name: '' }),
        input: { kind: 'action', action: { command: 'access home', args: {} } },
        reply: {
          opensForms: false,
          answer: async (answer) => {
            if (answer.kind === 'card') drawn = answer;
          },
        },
      });
      return drawn;
    },
    counted: metrics.messageSettled,
  };
  const server = createServer({
    port,
    ...(playground ? { hostname: '127.0.0.1' } : {}),
    trustProxy: config.trustProxy,
    log,
    invitations: {
      show: (input) => showInvitation(contextOf('invitation page'), input),
      accept: ({ token }) => acceptInvitation(contextOf('invitation page'), { token }),
    },
    sso: {
      begin: (input) => beginSignIn(contextOf('sign-in page'), input),
      finish: (input) => finishSignIn(contextOf('sign-in page'), input),
      secure: config.publicUrl.startsWith('https:'),
    },
    passkeys: {
      showEnrolment: (input) => showEnrolment(contextOf('passkey page'), input),
      register: (input) => registerPasskey(contextOf('passkey page'), input),
      showStepUp: (input) => showStepUp(contextOf('passkey page'), input),
      confirm: (input) => confirmStepUp(contextOf('passkey page'), { health }, input),
    },
    tokens: {
      authenticate: (text) => used(authenticate(text)),
      introspect: (caller, text) => used(introspectToken(authenticate, caller, text)),
      revoke: (caller, text) => revokePresented(contextOf('tokens'), caller, text),
    },
    decisions: { db, publicUrl: installation.publicUrl, used: uses.used },
    ready: async () => [{ name: 'start', ok: started, detail: '' }, await queue.ready()],
    metrics,
    slackListener: slackPlatform?.requestListener,
    playgroundRoutes: playground?.routes,
  });

  async function openPlayground() {
    const { play } = await import('./playground/play.ts');
    return play({
      eventsUrl: () => local('/slack/events'),
      dataDir: config.database.dataDir,
      context: () => contextOf('playground'),
      database,
    });
  }

  let running: { stop(): Promise<void> } | undefined;
  let started = false;
  let beginning: ReturnType<App['start']> | undefined;
  const begin = async (): Promise<Awaited<ReturnType<App['start']>>> => {
    ({ port } = await server.start());
    await Promise.all(platforms().map((platform) => platform.start()));
    running = await startJobs({
      queue,
      log,
      context: (name) => ({ ...contextOf(name), delivery, log }),
    });
    for (const kept of [tokenUses, uses]) {
      kept.start((error) => log.warn({ err: error }, 'what was used last could not be written'));
    }
    await playground?.seed();
    started = true;
    const code = playground ? undefined : await makeSetupCode(contextOf('start'));
    return {
      port,
      announcements: [
        ...(playground ? [`Rollcall's playground is open at ${openAt(config.publicUrl, port)}`] : []),
        ...(code ? [`No operator yet. Type in chat: /access link code code:${code} email:<yours>`] : []),
      ],
    };
  };

  return {
    database,
    playground,
    start: () => {
      beginning ??= begin();
      return beginning;
    },
    stop: async () => {
      // What is only half begun cannot be ended.
      await beginning?.catch(() => undefined);
      await running?.stop();
      await Promise.all([server.stop(), ...platforms().map((platform) => platform.stop()), queue.stop()]);
      await playground?.stop();
      for (const kept of [tokenUses, uses]) {
        await kept.stop().catch((error: unknown) => log.warn({ err: error }, 'what was used last is lost'));
      }
      mail.close();
      await database.close();
    },
  };
};
