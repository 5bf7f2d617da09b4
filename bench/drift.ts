import { sql } from 'drizzle-orm';
import { scopeOf } from '../src/core/drift/evaluate.ts';
import { tokenOwnerDeactivated } from '../src/core/drift/rules/token-owner-deactivated.ts';
import { runDrift } from '../src/core/drift/run.ts';
import { expireInvitations } from '../src/core/invitation/expire.ts';
import { identify } from '../src/core/user/identify.ts';
import { median, type Result } from './measure.ts';
import type { Site } from './site.ts';

/** Members, tokens and invitations, as `drift:1000000` says; grants are five times as many. */
const ROWS = Number(process.argv.find((name) => name.startsWith('drift:'))?.split(':')[1] ?? 100_000);
const ROUNDS = 3;
/** Every table that a run of all rules reads. */
const READ = ['principals', 'members', 'tokens', 'invitations', 'grants', 'projects', 'roles'] as const;

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await run();
  return performance.now() - started;
};

/** The medians of both, in turn, after a round to warm up. */
const inTurn = async (ours: () => Promise<number>, theirs: () => Promise<number>) => {
  const all = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const values = { ours: await ours(), theirs: await theirs() };
    if (round === 0) continue;
    all.ours.push(values.ours);
    all.theirs.push(values.theirs);
  }
  return { ours: median(all.ours), theirs: median(all.theirs) };
};

/** What an organization of a million looks like: one in a hundred deactivated, with a token each. */
const fill = async ({ ada, plain }: Site, organizationId: string): Promise<void> => {
  await plain.begin(async (tx) => {
    // The rows are right by how they are made; checking each against four tables would take longer than everything else.
    await tx`set local session_replication_role = replica`;
    await tx`create temp table fresh on commit drop as
      select gen_random_uuid() as id, gen_random_uuid() as token, i, 'd' || i || '@example.com' as email
      from generate_series(1, ${ROWS}::int) i`;
    await tx`insert into users (id, email) select id, email from fresh`;
    await tx`insert into principals (organization_id, id, kind, role_id, state, last_used_at)
      select r.organization_id, f.id, 'member', r.id, case when i % 100 = 0 then 'deactivated' else 'active' end,
        clock_timestamp() from fresh f
      join roles r on r.organization_id = ${organizationId} and r.scope = 'organization' and r.name = 'member'`;
    await tx`insert into principals (organization_id, id, kind) select ${organizationId}::uuid, token, 'token' from fresh`;
    await tx`insert into members (organization_id, user_id, email) select ${organizationId}::uuid, id, email from fresh`;
    await tx`insert into tokens (organization_id, id, kind, name, principal_id, associated_id, secret_hash, fingerprint, expires_at)
      select ${organizationId}::uuid, gen_random_uuid(), 'organization', 't' || i, token, id, md5(i::text), 'abcd',
        clock_timestamp() + interval '90 days' from fresh`;
    await tx`insert into projects (organization_id, id, name)
      select ${organizationId}::uuid, gen_random_uuid(), 'bench-' || i from generate_series(1, 5) i`;
    await tx`insert into grants (organization_id, principal_id, project_id, role_id)
      select ${organizationId}::uuid, f.id, p.id, r.id from fresh f
      join projects p on p.organization_id = ${organizationId} and p.name like 'bench-%'
      join roles r on r.organization_id = ${organizationId} and r.scope = 'project' and r.name = 'developer'`;
    await tx`insert into invitations (organization_id, id, email, inviter_id, generation, secret_hash, expires_at, life_seconds)
      select ${organizationId}::uuid, gen_random_uuid(), 'i' || i || '@example.com', ${ada.actor.kind === 'account' ? (ada.actor.userId ?? '') : ''}::uuid,
        '', 'h' || i, clock_timestamp() + interval '7 days', 604800 from fresh`;
    await tx`update ledgers set members = members + ${ROWS}, invitations = invitations + ${ROWS}
      where organization_id = ${organizationId}`;
  });
  for (const table of READ) await plain.unsafe(`vacuum analyze ${table}`);
};

/** The scans of drift at the size that is asked for, beside what limits them. */
export const drift = async (site: Site): Promise<Result[]> => {
  const { ada, plain } = site;
  const organization = await site.organization('Drifting', 1);
  await fill(site, organization.id);
  const size = `${ROWS.toLocaleString('en')} members, tokens and invitations, ${(5 * ROWS).toLocaleString('en')} grants`;
  const scan = (table: string) => timed(() => plain.unsafe(`select count(*) from ${table}`));
  const result = (what: string, measured: { ours: number; theirs: number }, beside: string): Result => ({
    what: `${what} (${size})`,
    unit: 'ms',
    beside,
    ...measured,
  });

  const scope = await scopeOf(ada.db, organization);
  const orphans = () =>
    timed(() => ada.db.execute(sql`select count(*) from (${tokenOwnerDeactivated.find(scope)}) found`));
  const orphaned = await inTurn(orphans, () => scan('tokens'));

  const nothing = await inTurn(
    () => timed(() => expireInvitations(ada)),
    () => scan('invitations'),
  );

  const whole = await inTurn(
    () => timed(() => runDrift(ada, organization)),
    async () => {
      let sum = 0;
      for (const table of READ) sum += await scan(table);
      return sum;
    },
  );

  const whoami = () =>
    timed(() =>
      identify(ada.db, { platform: 'slack', workspaceId: 'T0BENCH', externalId: 'U0ADA' }, 'T0BENCH', []),
    );
  const during: number[] = [];
  let running = true;
  const run = runDrift(ada, organization).finally(() => {
    running = false;
  });
  while (running) during.push(await whoami());
  await run;
  const quiet: number[] = [];
  for (let time = 0; time < 100; time += 1) quiet.push(await whoami());

  const late = async () => {
    await plain`update invitations set state = 'pending', settled_at = null, expires_at = clock_timestamp() - interval '1 minute'
      where organization_id = ${organization.id}`;
    await plain`update ledgers set invitations = ${ROWS} where organization_id = ${organization.id}`;
    await plain`vacuum analyze invitations`;
  };
  const expiry = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    await late();
    expiry.theirs.push(
      await timed(() =>
        plain`update invitations set state = 'expired', settled_at = expires_at
          where organization_id = ${organization.id} and state = 'pending' and expires_at <= clock_timestamp()`.execute(),
      ),
    );
    await late();
    expiry.ours.push(await timed(() => expireInvitations(ada)));
  }

  return [
    result('orphaned tokens, 1 % of all', orphaned, 'a scan of the tokens'),
    result('a sweep of invitations with nothing to do', nothing, 'a scan of the invitations'),
    result('a whole run of all rules', whole, 'one scan of every table it reads'),
    result(
      'who somebody is, while a run is under way',
      { ours: median(during), theirs: median(quiet) },
      'the same on a quiet database',
    ),
    result(
      'ending as many stale invitations in batches',
      { ours: median(expiry.ours), theirs: median(expiry.theirs) },
      'one UPDATE',
    ),
  ];
};
