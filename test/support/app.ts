import { sql } from 'drizzle-orm';
import { type App, createApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import { type Database, openDatabase, rowsOf } from '../../src/db/client.ts';
import { createLog } from '../../src/log.ts';
import { type Letters, startLetters } from './letters.ts';
import { freePort } from './server.ts';

export interface RunningApp {
  /** What its parts say to each other, and what a test may look at: nothing else is reachable from outside. */
  database: Database;
  origin: string;
  letters: Letters;
  announcements: readonly string[];
  /** Every line that was logged. */
  log: readonly string[];
  /** The lines that tell of something unexpected. */
  errors(): string[];
  /** How many things have happened, in all organizations and in the installation. */
  audited(): Promise<number>;
  stop(): Promise<void>;
}

export interface AppOptions {
  /** How the app reaches its chat. */
  chat: Pick<Config, 'slack' | 'discord'>;
  /** Where people's requests come from; told once the port is known. */
  listens: (origin: string) => void;
  database?: Database;
  settings?: Partial<Config>;
}

export const SECRET_KEY = 'a secret key of tests, long enough for anybody';

/** The true app, in this process, with real mail. */
export async function startApp({ chat, listens, database, settings = {} }: AppOptions): Promise<RunningApp> {
  const [port, letters] = await Promise.all([freePort(), startLetters()]);
  const origin = `http://localhost:${port}`;
  listens(origin);
  const log: string[] = [];
  const config: Config = {
    production: false,
    port,
    publicUrl: origin,
    trustProxy: false,
    database: { dataDir: ':memory:' },
    secretKey: SECRET_KEY,
    mail: { smtpUrl: letters.url, from: 'Rollcall <rollcall@example.com>' },
    operators: [],
    createOrganizations: 'anyone',
    linkByEmail: [],
    kubernetesNamespace: 'default',
    logLevel: 'info',
    ...chat,
    ...settings,
  };
  const app: App = await createApp(
    config,
    createLog({ level: config.logLevel, pretty: false, write: (line) => void log.push(line) }),
    async () => database ?? openDatabase(config.database),
  );
  const { announcements } = await app.start();
  return {
    database: app.database,
    origin,
    letters,
    announcements,
    log,
    errors: () =>
      log.filter((line) => {
        const { level, slack } = JSON.parse(line);
        // Whoever closes a window before its answer comes does nothing wrong.
        return level >= 50 && slack !== 'not_found';
      }),
    audited: async () => {
      const counted = await app.database.db.execute(sql`select count(*)::int as events from audit`);
      return rowsOf<{ events: number }>(counted)[0]?.events ?? 0;
    },
    stop: async () => {
      await app.stop();
      await letters.stop();
    },
  };
}
