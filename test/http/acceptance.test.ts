import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../src/core/context.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { copyInvitation } from '../../src/core/invitation/copy.ts';
import { showInvitation } from '../../src/core/invitation/open.ts';
import { revokeInvitation } from '../../src/core/invitation/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { ensureUser } from '../../src/core/user/ensure.ts';
import { type Db, rowsOf } from '../../src/db/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createApp } from '../../src/http/server.ts';
import { serverDatabase } from '../support/database.ts';

const installation = {
  publicUrl: 'https://rollcall.example.com',
  secretKey: 'a-secret-key-of-this-test',
  operators: [],
  createOrganizations: 'anyone' as const,
  linkByEmail: [],
  kubernetesNamespace: 'default',
  mail: true,
};

let db: Db;
let app: ReturnType<typeof createApp>;
let ines: Context;
let inesId: string;
let organizationId: string;

beforeAll(async () => {
  const { database } = await serverDatabase({ max: 20 });
  db = database.db;
  const enqueue = async () => {};
  const nobody: Context = { db, actor: { kind: 'system', name: 'http' }, installation, enqueue };
  const email = 'ines@example.com';
  inesId = await ensureUser(db, email);
  await db.execute(sql`
    insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by)
    values (gen_random_uuid(), 'slack', 'T1', 'U1', ${inesId}, 'code')`);
  ines = {
    ...nobody,
    actor: {
      kind: 'account',
      name: 'Ines',
      platform: 'slack',
      workspaceId: 'T1',
      externalId: 'U1',
      userId: inesId,
      email,
      operator: false,
    },
  };
  const workspace = { id: 'T1', name: 'Acme HQ' };
  organizationId = (await createOrganization(ines, { name: 'Acme', workspace })).id;
  app = createApp({
    trustProxy: true,
    log: pino({ enabled: false }),
    ready: async () => [],
    metrics: createMetrics(async () => []),
    invitations: {
      show: (input) => showInvitation(nobody, input),
      accept: (input) => acceptInvitation(nobody, input),
    },
  });
});

const invite = async (email: string): Promise<string> => {
  await sendInvitations(ines, { organizationId, emails: [email] });
  const { link } = await copyInvitation(ines, { organizationId, email });
  return new URL(link).hash.slice(1);
};

const post = (path: string, token: string) =>
  app.request(`/invitations/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
    body: JSON.stringify({ token }),
  });

const count = async (query: ReturnType<typeof sql>): Promise<number> =>
  rowsOf<{ count: number }>(await db.execute(query))[0]?.count ?? 0;

const membershipsOf = (email: string) =>
  count(sql`select count(*)::int as count from members where email = ${email}`);

describe('accepting over HTTP, in the real core', () => {
  test('abuse 26: GET, HEAD and OPTIONS a hundred times change nothing', async () => {
    const token = await invite('fetched@example.com');
    const events = () => count(sql`select count(*)::int as count from audit`);
    const before = await events();
    for (let time = 0; time < 100; time += 1) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (const path of ['', '/show', '/accept']) {
          await app.request(`/invitations${path}?token=${token}`, { method });
        }
      }
    }
    expect(await events()).toBe(before);
    expect(await membershipsOf('fetched@example.com')).toBe(0);
    const shown = await post('show', token);
    expect(await shown.json()).toMatchObject({
      organization: { slug: 'acme', name: 'Acme' },
      inviter: 'ines@example.com',
      role: 'member',
      sso: false,
    });
  });

  test('abuse 27: a hundred at once make one membership; the other 99 hear that it was accepted', async () => {
    const token = await invite('dana@example.com');
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('accept', token)));
    const outcomes = await Promise.all(
      answers.map(async (answer) => `${answer.status} ${JSON.stringify(await answer.json())}`),
    );
    const different = Map.groupBy(outcomes, (outcome) => outcome);
    expect([...different.values()].map((same) => same.length).sort((a, b) => a - b)).toEqual([1, 99]);
    expect(outcomes.filter((outcome) => outcome.startsWith('200'))).toEqual([
      '200 {"organization":{"slug":"acme","name":"Acme"},"member":{"email":"dana@example.com","role":"member","state":"active"}}',
    ]);
    const refused = outcomes.find((outcome) => outcome.startsWith('410'));
    expect(refused).toContain('"code":"accepted"');
    expect(await membershipsOf('dana@example.com')).toBe(1);
    expect(
      await count(
        sql`select count(*)::int as count from audit where action = 'invitation.accepted' and target = 'dana@example.com'`,
      ),
    ).toBe(1);
    expect(await count(sql`select count(*)::int as count from accounts where user_id <> ${inesId}`)).toBe(0);
  });

  test('withdrawn, expired and unknown links are told apart by whoever holds the real one alone', async () => {
    const revoked = await invite('revoked@example.com');
    await revokeInvitation(ines, { organizationId, email: 'revoked@example.com' });
    const expired = await invite('expired@example.com');
    await db.execute(
      sql`update invitations set expires_at = clock_timestamp() - interval '1 second' where email = 'expired@example.com'`,
    );
    const forged = `${revoked.slice(0, -4)}AAAA`;
    for (const path of ['show', 'accept']) {
      for (const [token, status, code] of [
        [revoked, 410, 'revoked'],
        [expired, 410, 'expired'],
        [forged, 404, 'unknown'],
        ['x', 404, 'unknown'],
      ] as const) {
        const answer = await post(path, token);
        expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })]);
      }
    }
    const wordsOf = async (token: string) => (await post('accept', token)).text();
    expect(await wordsOf(forged)).toBe(await wordsOf('nonsense'));
    expect(await membershipsOf('expired@example.com')).toBe(0);
  });
});
