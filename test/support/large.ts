import type { Sql, TransactionSql } from 'postgres';

const PROJECTS = 50;

const FILLED = [
  'principals',
  'members',
  'tokens',
  'invitations',
  'grants',
  'findings',
  'users',
  'accounts',
  'projects',
  'roles',
];
const PAST = [
  'requests',
  'decisions',
  'messages',
  'findings',
  'stored_actions',
  'interactions',
  'presences',
  'passkeys',
];

/**
 * An organization as large as is asked for, that has grown over three years: ids in the order of time, a token for each
 * member (personal, or associated with them), five grants each in fifty projects, a few of them with an end. One in a
 * hundred is deactivated and keeps what they had; one in two hundred is dormant, has a token without an end, one that
 * nobody uses, or a grant that adds nothing.
 */
export const fillLarge = async (plain: Sql, organizationId: string, rows: number): Promise<void> => {
  await plain.begin(async (tx) => {
    // The rows are right by how they are made; triggers and checks against four tables would take longer than all else.
    await tx`set local session_replication_role = replica`;
    await tx`create temp table fresh on commit drop as
      select ${idAt(tx)} as id, ${idAt(tx)} as own, ${idAt(tx)} as token, ${idAt(tx)} as invitation, i, at,
        'd' || i || '@example.com' as email
      from (select i, clock_timestamp() - interval '3 years' * (1 - i / ${rows}::float) as at
        from generate_series(1, ${rows}::int) i) made`;
    await tx`create temp table bench_projects on commit drop as
      select gen_random_uuid() as id, n from generate_series(1, ${PROJECTS}::int) n`;
    await tx`insert into users (id, email) select id, email from fresh`;
    await tx`insert into accounts (id, platform, workspace_id, external_id, user_id, linked_by, linked_at)
      select own, 'slack', 'T0BENCH', 'UD' || i, id, 'code', at from fresh order by i`;
    await tx`insert into principals (organization_id, id, kind, role_id, state, last_used_at)
      select r.organization_id, f.id, 'member', r.id, case when i % 100 = 0 then 'deactivated' else 'active' end,
        clock_timestamp() - case when i % 200 = 1 then interval '120 days' else interval '20 days' * random() end
      from fresh f
      join roles r on r.organization_id = ${organizationId} and r.scope = 'organization' and r.name = 'member'
      order by i`;
    await tx`insert into principals (organization_id, id, kind)
      select ${organizationId}::uuid, own, 'token' from fresh where i % 2 = 0 order by i`;
    await tx`insert into members (organization_id, user_id, email, joined_at)
      select ${organizationId}::uuid, id, email, at from fresh order by i`;
    await tx`insert into tokens (organization_id, id, kind, name, principal_id, associated_id, secret_hash, fingerprint,
        expires_at, last_used_at, created_by, created_at)
      select ${organizationId}::uuid, token, case when i % 2 = 0 then 'organization' else 'personal' end, 't' || i,
        case when i % 2 = 0 then own else id end, case when i % 2 = 0 then id end,
        encode(sha256(convert_to(i::text, 'UTF8')), 'hex'), right('000' || i, 4),
        case when i % 200 <> 2 then clock_timestamp() + interval '90 days' * random() end,
        clock_timestamp() - case when i % 200 = 3 then interval '120 days' else interval '20 days' * random() end, id, at
      from fresh order by i`;
    await tx`insert into projects (organization_id, id, name)
      select ${organizationId}::uuid, id, 'bench-' || n from bench_projects`;
    await tx`insert into grants (organization_id, principal_id, project_id, role_id, granted_by, beside, expires_at, created_at)
      select ${organizationId}::uuid, f.id, p.id, r.id, f.id, i % 200 = 4 and k = 1,
        case when (i + k) % 100 = 5 then clock_timestamp() + interval '60 days' * random() + interval '1 day' end, at
      from fresh f
      cross join generate_series(0, 4) k
      join bench_projects p on p.n = 1 + (i * 7 + case when i % 200 = 4 and k = 1 then 0 else k * 11 end) % ${PROJECTS}::int
      join roles r on r.organization_id = ${organizationId} and r.scope = 'project'
        and r.name = (array['developer', 'runner', 'read-only'])[1 + k % 3]
      order by i, k`;
    await tx`insert into invitations (organization_id, id, email, inviter_id, generation, secret_hash, expires_at,
        life_seconds, sent_at, created_at)
      select ${organizationId}::uuid, f.invitation, 'i' || f.i || '@example.com',
        sender.id, '', encode(sha256(convert_to('i' || f.i, 'UTF8')), 'hex'),
        clock_timestamp() + interval '6 days' * random() + interval '1 day', 604800,
        clock_timestamp(), clock_timestamp() - interval '5 days' * random()
      from fresh f join fresh sender on sender.i = 1 + f.i % 97 order by f.i`;
    await tx`update ledgers set members = members + ${rows}, invitations = invitations + ${rows}
      where organization_id = ${organizationId}`;
  });
  for (const table of FILLED) await plain.unsafe(`vacuum analyze ${table}`);
};

/** An id of version 7, as the application makes them, of the moment `at`. */
const idAt = (tx: TransactionSql) => tx`(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
  || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid`;

/** What has become of so many things in that organization: all of it is over, and none of it waits. */
export const fillPast = async (plain: Sql, organizationId: string, rows: number): Promise<void> => {
  await plain.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`create temp table past on commit drop as
      select i, gen_random_uuid() as id, u.id as user_id, clock_timestamp() - interval '1 minute' * i as at
      from generate_series(1, ${rows}::int) i join users u on u.email = 'd' || i || '@example.com'`;
    await tx`insert into requests (organization_id, id, number, state, requester_id, beneficiary_id, role_name,
        project_name, role_scope, role_version, content_hash, asked_on, asked_in, expires_at, settled_at, created_at)
      select ${organizationId}::uuid, id, i, 'ended', user_id, user_id, 'owner', 'bench-1', 'project', 1, 'x', 'slack',
        'T0BENCH', at, at, at from past`;
    await tx`insert into decisions (organization_id, request_id, user_id, decision, content_hash)
      select ${organizationId}::uuid, id, user_id, 'approved', 'x' from past`;
    await tx`insert into messages (id, organization_id, platform, workspace_id, recipient, recipient_kind, notice, data,
        subject_id, state, sent_channel, sent_id, sent_at, created_at)
      select id, ${organizationId}::uuid, 'slack', 'T0BENCH', 'UD' || i, 'person', 'request-outcome', '{}', id, 'sent',
        'D' || i, i::text, at, at from past`;
    await tx`insert into findings (organization_id, number, rule, subject, severity, facts, state, resolved_at,
        first_seen, changed_at)
      select ${organizationId}::uuid, i, 'member-dormant', user_id, 2, '{}', 'resolved', at, at, at from past`;
    await tx`insert into stored_actions (id, organization_id, action)
      select i::text, ${organizationId}::uuid, 'x' from past`;
    await tx`insert into interactions (key) select i::text from past`;
    await tx`insert into presences (platform, workspace_id, external_id, last_used_at)
      select 'slack', 'T0BENCH', 'UD' || i, at from past`;
    await tx`insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports, backed_up)
      select id, user_id, 'laptop', i::text, 'x', 0, '{}', false from past`;
    await tx`update ledgers set requests = requests + ${rows}, findings = findings + ${rows}
      where organization_id = ${organizationId}`;
  });
  for (const table of PAST) await plain.unsafe(`vacuum analyze ${table}`);
};
