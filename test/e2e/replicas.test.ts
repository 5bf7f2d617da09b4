import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { SECRET_KEY } from '../support/app.ts';
import { type Child, startChild } from '../support/child.ts';
import { serverDatabase } from '../support/database.ts';
import { startLetters } from '../support/letters.ts';
import { linkEverybody } from '../support/linked.ts';
import { freePort } from '../support/server.ts';
import type { Side } from '../support/side.ts';
import { platforms, type Seat, takeSeat } from '../support/story.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CHANNEL = 'access-requests';
/** For how long nobody may be heard when the replica that heard them dies. */
const TAKEN_OVER = 15_000;

interface Replica {
  child: Child;
  origin: string;
}

describe.each(platforms)('the replica that hears people dies, on $platform', ({ startSide }) => {
  let side: Side;
  let sql: postgres.Sql;
  let people: Acme;
  let hears: Replica;
  let waits: Replica;
  let begin: () => Promise<Replica>;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    const { url } = await serverDatabase({ max: 1 });
    const [chat, letters] = await Promise.all([startSide(), startLetters()]);
    side = chat;
    sql = postgres(url, { max: 1, onnotice: () => {} });
    begin = async () => {
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
      const child = startChild([MAIN], { env });
      await child.says('"ready"');
      return { child, origin };
    };
    hears = await begin();
    side.sendTo(hears.origin);
    const seats = new Map<string, Seat>();
    const seat = (name: string): Seat => {
      const taken = seats.get(name) ?? takeSeat(side, { origin: hears.origin, letters }, name);
      seats.set(name, taken);
      return taken;
    };
    await linkEverybody(side, letters, seat);
    people = await foundAcme({ seat });
    await people.ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await people.ada.sees('approvals-channel is set');
    waits = await begin();
    return async () => {
      for (const { child } of [hears, waits]) child.process.kill('SIGKILL');
      await sql.end();
      await side.stop();
      await letters.stop();
    };
  }, 60_000);

  beforeEach(async () => {
    const { ada, cleo } = people;
    number += 1;
    request = `REQ-${number}`;
    await ada.types(`/org project create project-${number}`);
    await ada.sees('created');
    await cleo.types(`/access request new developer project-${number} for:8h reason:"for ${request}"`);
    await cleo.sees(`${request} is open`);
    await ada.sees(['Approval needed', request], CHANNEL);
  });

  /** Kills the replica that hears people, and waits until the other one does. */
  const die = async () => {
    expect(side.hearers()).toBe(1);
    hears.child.process.kill('SIGKILL');
    const died = performance.now();
    await hears.child.ended;
    side.sendTo(waits.origin);
    await side.heard();
    expect(performance.now() - died).toBeLessThan(TAKEN_OVER);
    hears = waits;
  };
  const once = async () => {
    const [row] = await sql<{ decisions: number; grants: number; state: string }[]>`
      select r.state,
        (select count(*)::int from decisions d where d.request_id = r.id) as decisions,
        (select count(*)::int from grants g join projects p on p.id = g.project_id
          where p.name = ${`project-${number}`} and g.principal_id = r.requester_id) as grants
      from requests r where r.number = ${number}`;
    expect(row).toEqual({ state: 'approved', decisions: 1, grants: 1 });
    await people.ben.sees(['Approved', request], CHANNEL, 40_000);
    await people.cleo.sees(['Approved', `project-${number}`], 'direct', 40_000);
    await expect
      .poll(async () => (await sql`select from messages where state = 'queued'`).length, { timeout: 20_000 })
      .toBe(0);
    const told = side
      .shown('cleo')
      .filter(({ place, text }) => place === 'direct' && text.includes(`project-${number}`));
    expect(told).toHaveLength(1);
  };

  test('after an approval and before its card is drawn anew: the other replica draws it and tells, once', async () => {
    side.holdSending(5);
    await people.ada.clicks('Approve', { on: request });
    await expect.poll(async () => (await sql`select from decisions`).length, { timeout: 5_000 }).toBe(number);
    await die();
    // The chat heard no end of it, and hands the press over once more.
    await side.again();
    await once();
    waits = await begin();
  }, 120_000);

  test('at the very click: pressed again it is decided, once, whatever became of the first press', async () => {
    await people.ada.clicks('Approve', { on: request, in: CHANNEL });
    await die();
    const card = side.shown('ben').findLast(({ place, text }) => place === CHANNEL && text.includes(request));
    if (card?.text.includes('Approval needed')) {
      await people.ada.clicks('Approve', { on: request, in: CHANNEL });
    }
    await expect
      .poll(async () => (await sql`select from decisions`).length, { timeout: 10_000 })
      .toBe(number);
    await once();
  }, 120_000);
});
