import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { SECRET_KEY } from '../support/app.ts';
import { type Child, startChild } from '../support/child.ts';
import { serverDatabase } from '../support/database.ts';
import { type Letters, startLetters } from '../support/letters.ts';
import { linkEverybody } from '../support/linked.ts';
import { freePort } from '../support/server.ts';
import type { Side } from '../support/side.ts';
import { platforms, type Seat, takeSeat } from '../support/story.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe.each(platforms)('a process that ends in the middle of its work, on $platform', ({ startSide }) => {
  let side: Side;
  let letters: Letters;
  let people: Acme;
  let rollcall: Child;
  let start: () => Promise<void>;
  let sql: postgres.Sql;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    const { url } = await serverDatabase({ max: 1 });
    [side, letters] = await Promise.all([startSide(), startLetters()]);
    sql = postgres(url, { max: 1, onnotice: () => {} });
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    side.sendTo(origin);
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
    start = async () => {
      rollcall = startChild([MAIN], { env });
      await rollcall.says('"ready"');
    };
    await start();
    const seats = new Map<string, Seat>();
    const seat = (name: string): Seat => {
      const taken = seats.get(name) ?? takeSeat(side, { origin, letters }, name);
      seats.set(name, taken);
      return taken;
    };
    await linkEverybody(side, letters, seat);
    people = await foundAcme({ seat });
    await people.ada.types('/org settings set approvals-channel #access-requests');
    await people.ada.sees('approvals-channel is set');
  }, 60_000);
  afterAll(async () => {
    rollcall?.process.kill('SIGKILL');
    await sql?.end();
    await side?.stop();
    await letters?.stop();
  });

  beforeEach(async () => {
    const { ada, cleo } = people;
    number += 1;
    request = `REQ-${number}`;
    await ada.types(`/org project create project-${number}`);
    await ada.sees('created');
    await cleo.types(`/access request new developer project-${number} for:8h reason:"for ${request}"`);
    await cleo.sees(`${request} is open`);
    await ada.sees(['Approval needed', request], 'access-requests');
  });

  const state = async (): Promise<string> =>
    (await sql<{ state: string }[]>`select state from requests where number = ${number}`)[0]?.state ?? '';
  const told = () =>
    side.shown('cleo').filter(({ place, text }) => place === 'direct' && text.includes(request));

  test('kill -9 between an approval and its delivery: the card and the message come after the restart, once', async () => {
    const { ada, ben, cleo } = people;
    side.holdSending(8);
    await ada.clicks('Approve', { on: request });
    await expect.poll(state, { timeout: 5_000 }).toBe('approved');
    rollcall.process.kill('SIGKILL');
    expect(await rollcall.ended).toBe('SIGKILL');
    expect(told()).toEqual([]);
    expect(side.shown('ben').find(({ text }) => text.includes(request))?.text).toContain('Approval needed');

    await start();
    await ben.sees(['Approved', request], 'access-requests', 40_000);
    await cleo.sees(['Approved', `project-${number}`], 'direct', 40_000);
    await expect
      .poll(async () => (await sql`select from messages where state = 'queued'`).length, { timeout: 20_000 })
      .toBe(0);
    expect(told()).toHaveLength(1);
  }, 120_000);

  test('kill -9 between the press of a button and its change: the buttons come back by themselves, and work', async () => {
    const { ada, ben } = people;
    await ben.types('/access whoami');
    await sql.begin(async (tx) => {
      await tx`select from ledgers for update`;
      await ada.clicks('Approve', { on: request });
      expect((await ben.sees([request, 'Working on it…'], 'access-requests')).buttons).toEqual([]);
      rollcall.process.kill('SIGKILL');
      expect(await rollcall.ended).toBe('SIGKILL');
    });
    expect(await state()).toBe('pending');

    await start();
    await ben.types('/access whoami');
    const card = await ben.sees(['Approval needed', request], 'access-requests', 45_000);
    expect(card.text).not.toContain('Working on it');
    expect(card.buttons.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Details']);
    await ada.clicks('Approve', { on: request });
    await ben.sees(['Approved', request], 'access-requests');
  }, 120_000);

  test('SIGTERM in the middle of work ends the process within 10 s, without an error, and loses nothing', async () => {
    const { ada, cleo } = people;
    side.holdSending(8);
    await ada.clicks('Approve', { on: request });
    await expect.poll(state, { timeout: 5_000 }).toBe('approved');
    const asked = performance.now();
    rollcall.process.kill('SIGTERM');
    expect(await rollcall.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    await start();
    await cleo.sees(['Approved', `project-${number}`], 'direct', 40_000);
    expect(told()).toHaveLength(1);
  }, 120_000);
});
