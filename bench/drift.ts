import { sql } from 'drizzle-orm';
import { acceptBaseline } from '../src/core/drift/baseline.ts';
import { planForScans, scopeOf } from '../src/core/drift/evaluate.ts';
import { tokenOwnerDeactivated } from '../src/core/drift/rules/token-owner-deactivated.ts';
import { runDrift } from '../src/core/drift/run.ts';
import { expireInvitations } from '../src/core/invitation/expire.ts';
import type { Organization } from '../src/core/organization/organization.ts';
import type { Db } from '../src/db/client.ts';
import { meanwhile } from './meanwhile.ts';
import { median, type Result } from './measure.ts';
import { fill, READ, ROWS } from './million.ts';
import type { Site } from './site.ts';

const ROUNDS = 5;

/** More dormant members than this at once take longer than anybody watches. */
const EVERYBODY_AT_MOST = 200_000;

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await run();
  return performance.now() - started;
};

/** The medians of both, in turn, after a round to warm up. */
const inTurn = async (ours: () => Promise<number>, theirs: () => Promise<number>, rounds = ROUNDS) => {
  const all = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const values = { ours: await ours(), theirs: await theirs() };
    if (round === 0) continue;
    all.ours.push(values.ours);
    all.theirs.push(values.theirs);
  }
  return { ours: median(all.ours), theirs: median(all.theirs) };
};

/** The scans of drift at the size that is asked for, beside what limits them. */
export const drift = async (site: Site): Promise<Result[]> => {
  const organization = await site.organization('Drifting', 1);
  await fill(site, organization.id);
  return [
    ...(await rules(site, organization)),
    ...(await invitations(site, organization)),
    ...(ROWS > EVERYBODY_AT_MOST ? [] : await everybody(site, organization)),
  ].map((result) => ({ ...result, unit: 'ms' }));
};

type Measured = Omit<Result, 'unit'>;

const scan =
  ({ plain }: Site, tables: readonly string[]) =>
  async (): Promise<number> => {
    let sum = 0;
    for (const table of tables) sum += await timed(() => plain.unsafe(`select count(*) from ${table}`));
    return sum;
  };

const rules = async (site: Site, organization: Organization): Promise<Measured[]> => {
  const { ada } = site;
  const scope = await scopeOf(ada.db, organization);
  const orphans = (columns: string) => () =>
    ada.db.transaction(async (tx) => {
      await planForScans(tx as Db);
      return timed(() =>
        tx.execute(sql`select ${sql.raw(columns)} from (${tokenOwnerDeactivated.find(scope)}) found`),
      );
    });
  const whole = () => timed(() => runDrift(ada, organization));
  const tokens = scan(site, ['tokens']);
  const results: Measured[] = [
    {
      what: 'which tokens are orphaned, 1 % of all',
      ...(await inTurn(orphans('count(subject)'), tokens)),
      beside: 'a scan of the tokens',
    },
    {
      what: 'the same, with all that their findings say',
      ...(await inTurn(orphans('count(facts)'), tokens)),
      beside: 'a scan of the tokens',
    },
    {
      what: 'a whole run of all rules',
      ...(await inTurn(whole, scan(site, READ))),
      beside: 'one scan of every table it reads',
    },
    ...(await meanwhile(site, organization, 'runs follow each other', async () => {
      for (let time = 0; time < ROUNDS; time += 1) await runDrift(ada, organization);
    })),
  ];
  await acceptBaseline(ada, organization);
  await site.plain.unsafe('vacuum analyze baseline_holdings');
  results.push({
    what: 'a whole run, compared with a baseline',
    ...(await inTurn(whole, scan(site, [...READ, 'baseline_holdings']))),
    beside: 'one scan of every table it reads',
  });
  return results;
};

const invitations = async (site: Site, organization: Organization): Promise<Measured[]> => {
  const { ada, plain } = site;
  const nothing = await inTurn(() => timed(() => expireInvitations(ada)), scan(site, ['invitations']));
  const late = async () => {
    await plain`update invitations set state = 'pending', settled_at = null, expires_at = clock_timestamp() - interval '1 minute'
      where organization_id = ${organization.id}`;
    await plain`update ledgers set invitations = ${ROWS} where organization_id = ${organization.id}`;
    await plain.unsafe('vacuum analyze invitations');
    await plain.unsafe('checkpoint');
  };
  const expiry = await inTurn(
    async () => {
      await late();
      return timed(() => expireInvitations(ada));
    },
    async () => {
      await late();
      return timed(() =>
        plain`update invitations set state = 'expired', settled_at = expires_at
          where organization_id = ${organization.id} and state = 'pending' and expires_at <= clock_timestamp()`.execute(),
      );
    },
    2,
  );
  await late();
  return [
    { what: 'a sweep of invitations with nothing to do', ...nothing, beside: 'a scan of the invitations' },
    {
      what: `ending ${ROWS.toLocaleString('en')} stale invitations, ten thousand at a time`,
      ...expiry,
      beside: 'one UPDATE',
    },
    ...(await meanwhile(site, organization, 'that many invitations end', () => expireInvitations(ada))),
  ];
};

/** Nearly every member is dormant, for once: a run that opens as many findings, and one that resolves them. */
const everybody = async (site: Site, organization: Organization): Promise<Measured[]> => {
  const { ada, plain } = site;
  const dormantAfter = (days: number) => plain`
    insert into settings (organization_id, key, value) values (${organization.id}, 'dormant-after', ${days * 86_400})
    on conflict (organization_id, key) do update set value = excluded.value`;
  const copy = () =>
    timed(async () => {
      await plain`create table bench_copy (like findings including all)`;
      await plain`insert into bench_copy select * from findings where rule = 'member-dormant'`;
      await plain`drop table bench_copy`;
    });
  await dormantAfter(1);
  let opened = 0;
  let took = 0;
  const busy = await meanwhile(site, organization, 'a run opens a finding for nearly everybody', async () => {
    took = await timed(async () => {
      ({ opened } = await runDrift(ada, organization));
    });
  });
  const inserted = await copy();
  const again = await timed(() => runDrift(ada, organization));
  await dormantAfter(90);
  const resolved = await timed(() => runDrift(ada, organization));
  const beside = 'one INSERT of as many rows';
  const many = opened.toLocaleString('en');
  return [
    { what: `a run that opens ${many} findings`, ours: took, beside, theirs: inserted },
    { what: 'the run after it, with as many still open', ours: again, beside, theirs: inserted },
    { what: `a run that resolves ${many} findings`, ours: resolved, beside, theirs: inserted },
    ...busy,
  ];
};
