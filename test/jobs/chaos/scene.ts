import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { type Acme, foundAcme } from '../../support/acme.ts';
import { SECRET_KEY } from '../../support/app.ts';
import { type Child, startChild } from '../../support/child.ts';
import { serverDatabase } from '../../support/database.ts';
import { startLetters } from '../../support/letters.ts';
import { linkEverybody } from '../../support/linked.ts';
import { freePort } from '../../support/server.ts';
import type { Side } from '../../support/side.ts';
import { type Seat, takeSeat } from '../../support/story.ts';

const REPLICA = fileURLToPath(new URL('./replica.ts', import.meta.url));
/** As `npm start` runs it. */
const FLAGS = ['--liftoff-only', '--max-semi-space-size=4'];

export const CHANNEL = 'access-requests';

/** Organizations beside Acme with their zones: an hour that is no whole one, half an hour of daylight saving. */
export const ZONES = {
  acme: 'Europe/Berlin',
  kathmandu: 'Asia/Kathmandu',
  'lord-howe': 'Australia/Lord_Howe',
  york: 'America/New_York',
} as const;

export interface Replica {
  child: Child;
  origin: string;
  /** Between these two it was there to do something. */
  readyAt: number;
  killedAt: number;
}

export interface Scene {
  side: Side;
  sql: postgres.Sql;
  people: Acme;
  /** Starts a replica, and waits until it is ready. */
  begin(): Promise<Replica>;
  /** Every replica that was ever ready. */
  replicas: readonly Replica[];
  end(): Promise<void>;
}

/** Organizations with people and report schedules, set up through chat, before one first replica. */
export const setChaosScene = async (startSide: () => Promise<Side>): Promise<Scene> => {
  const { url } = await serverDatabase({ max: 1 });
  const [side, letters] = await Promise.all([startSide(), startLetters()]);
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  const replicas: Replica[] = [];
  const begin = async (): Promise<Replica> => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const env = {
      PATH: process.env.PATH,
      PORT: String(port),
      PUBLIC_URL: origin,
      DATABASE_URL: url,
      SECRET_KEY,
      SMTP_URL: letters.url,
      CREATE_ORGANIZATIONS: 'anyone',
      LINK_BY_EMAIL: side.workspaceId,
      ...side.environment,
    };
    const child = startChild([...FLAGS, REPLICA], { env });
    await child.says('"ready"');
    const replica = { child, origin, readyAt: Date.now(), killedAt: Number.POSITIVE_INFINITY };
    replicas.push(replica);
    return replica;
  };
  const first = await begin();
  side.sendTo(first.origin);
  const seats = new Map<string, Seat>();
  const seat = (name: string): Seat => {
    const taken = seats.get(name) ?? takeSeat(side, { origin: first.origin, letters }, name);
    seats.set(name, taken);
    return taken;
  };
  await linkEverybody(side, letters, seat);
  const people = await foundAcme({ seat });
  const { ada } = people;
  for (const [slug, zone] of Object.entries(ZONES)) {
    if (slug !== 'acme') {
      await ada.types(`/org create ${slug}`);
      await ada.sees('is yours to run');
    }
    await ada.types(`/org drift schedule #${CHANNEL} "0 9 * * *" ${zone} org:${slug}`);
    await ada.sees('Drift reports are scheduled');
  }
  return {
    side,
    sql,
    people,
    begin,
    replicas,
    end: async () => {
      for (const { child } of replicas) child.process.kill('SIGKILL');
      await Promise.all(replicas.map(({ child }) => child.ended));
      await sql.end();
      await side.stop();
      await letters.stop();
    },
  };
};
