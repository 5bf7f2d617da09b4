import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import postgres, { type Sql } from 'postgres';
import type { Context, InstallationPolicy } from '../src/core/context.ts';
import { createOrganization } from '../src/core/organization/create.ts';
import type { Organization } from '../src/core/organization/organization.ts';
import { createProject } from '../src/core/project/create.ts';
import { ensureUser } from '../src/core/user/ensure.ts';
import { openDatabase } from '../src/db/client.ts';
import { migrate } from '../src/db/migrate.ts';
import { jobs } from '../src/jobs/index.ts';
import { createQueue } from '../src/jobs/queue.ts';
import { withDatabase } from '../test/support/postgres.ts';
import { makeDirectory, startServer } from '../test/support/server.ts';

/** A migrated database on a server that writes to disk before it says so, with the real queue. */
export interface Site {
  /** Whoever runs all organizations here. */
  ada: Context;
  /** A plain client of the same server, for what is measured beside ours. */
  plain: Sql;
  organization(name: string, members: number): Promise<Organization>;
  /** The address of another, empty database on the same server. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

export const openSite = async (): Promise<Site> => {
  const directory = await makeDirectory();
  const server = await startServer(directory.path, { fsync: 'on', buffers: '1GB' });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const name = `rollcall_bench_${randomBytes(4).toString('hex')}`;
  const more: string[] = [];
  await admin.unsafe(`create database ${name}`);
  const url = withDatabase(server.url, name);
  const database = await openDatabase({ url, dataDir: '' });
  await migrate(database);
  const queue = await createQueue({ database, log: pino({ level: 'silent' }), jobs });
  const plain = postgres(url, { max: 10, onnotice: () => {} });
  await plain`create table bench_rows (id int primary key, n int not null)`;
  await plain`insert into bench_rows select i, 0 from generate_series(1, 10000) i`;
  const { db } = database;

  const installation: InstallationPolicy = {
    publicUrl: 'https://rollcall.example.com',
    secretKey: randomBytes(32).toString('hex'),
    operators: [],
    createOrganizations: 'anyone',
    linkByEmail: [],
    kubernetesNamespace: 'default',
    mail: true,
  };
  const email = 'ada@example.com';
  const userId = await ensureUser(db, email);
  await db.execute(sql`
    insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by)
    values (gen_random_uuid(), 'slack', 'T0BENCH', 'U0ADA', ${userId}, 'code')`);
  const ada: Context = {
    db,
    installation,
    enqueue: queue.enqueue,
    actor: {
      kind: 'account',
      name: 'Ada',
      userId,
      email,
      operator: false,
      platform: 'slack',
      workspaceId: 'T0BENCH',
      externalId: 'U0ADA',
    },
  };

  return {
    ada,
    plain,
    organization: async (title, members) => {
      const made = await createOrganization(ada, {
        name: title,
        workspace: { id: 'T0BENCH', name: 'Bench' },
      });
      await createProject(ada, { organizationId: made.id, name: 'search-prod' });
      await fill(ada, made.id, members);
      return made;
    },
    database: async () => {
      const empty = `rollcall_bench_${randomBytes(4).toString('hex')}`;
      await admin.unsafe(`create database ${empty}`);
      more.push(empty);
      return withDatabase(server.url, empty);
    },
    stop: async () => {
      await queue.stop();
      await plain.end();
      await database.close();
      for (const made of [name, ...more]) await admin.unsafe(`drop database ${made} with (force)`);
      await admin.end();
      await server.stop();
      await directory.remove();
    },
  };
};

/** Members by the thousand, each with a grant in the one project: too many to invite one by one. */
const fill = async ({ db }: Context, organizationId: string, count: number): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      create temp table fresh on commit drop as
      select gen_random_uuid() as id, 'm' || i || '-' || ${organizationId} || '@example.com' as email
      from generate_series(1, ${count}::int) i`);
    await tx.execute(sql`insert into users (id, email) select id, email from fresh`);
    await tx.execute(sql`
      insert into principals (organization_id, id, kind, role_id)
      select r.organization_id, f.id, 'member', r.id from fresh f
      join roles r on r.organization_id = ${organizationId} and r.scope = 'organization' and r.name = 'member'`);
    await tx.execute(sql`
      insert into members (organization_id, user_id, email) select ${organizationId}::uuid, id, email from fresh`);
    await tx.execute(sql`
      insert into grants (organization_id, principal_id, project_id, role_id)
      select r.organization_id, f.id, p.id, r.id from fresh f
      join roles r on r.organization_id = ${organizationId} and r.scope = 'project' and r.name = 'developer'
      join projects p on p.organization_id = r.organization_id`);
    await tx.execute(
      sql`update ledgers set members = members + ${count} where organization_id = ${organizationId}`,
    );
  });
  for (const name of ['users', 'principals', 'members', 'grants'])
    await db.execute(sql.raw(`analyze ${name}`));
};
