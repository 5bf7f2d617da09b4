import { type SQL, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { evaluate, type Holder, rolesAt } from '../access/evaluate.ts';
import { grantIsLive, loadHolders } from '../access/holder.ts';
import { patternsFor } from '../access/patterns.ts';
import { missingFor, type Standing } from '../change.ts';
import { namedByOperators } from '../member/principal.ts';
import { roleHolders } from '../member/role-holders.ts';
import type { Policies } from '../organization/policy.ts';
import type { Settings } from '../organization/settings.ts';
import type { Role } from '../role/find.ts';
import type { Request } from './find.ts';

/** Most approvers who get a direct message of one request; an organization with more of them has a channel. */
const MOST = 50;
/** Most people who hold the right to decide and are looked at for whether they may give what is asked for. */
const LOOKED_AT = 1_000;

/** Where somebody decides: in one organization, whoever asks. */
export type Place = Pick<Standing, 'db' | 'organization'>;

/** What is decided, by whose rights, and under which policy. */
export interface Matter {
  kind: string;
  /** The role that is given; a change gives none. */
  role: Pick<Role, 'name' | 'permissions'> | undefined;
  /** What a change needs, where it needs a permission. */
  permission: string | undefined;
  projectId: string | undefined;
  policy: Settings;
}

export const matterOf = (request: Request, role: Role | undefined, policies: Policies): Matter => ({
  // Whoever could have approved what was taken reviews it.
  kind: request.kind === 'break-glass' ? 'access' : request.kind,
  // What was taken is reviewed also when there is no such role any more.
  role: role ?? (request.kind === 'break-glass' ? { name: request.roleName, permissions: [] } : undefined),
  permission: request.change?.permission ?? undefined,
  projectId: request.projectId ?? undefined,
  policy: policies.of(request.kind === 'change' ? null : request.roleName),
});

/** How many people it takes. What only operators decide takes one of them. */
export const approvalsNeeded = ({ kind, policy }: Matter): number =>
  kind === 'access' || kind === 'change' ? policy['approvals-required'] : 1;

/**
 * Whether this holder's rights are enough to decide (rule 5), and the policy lets them; not yet rule 10. Being named an
 * approver narrows who decides, and gives nobody a right. Nobody's rights are enough for a role that operators alone
 * name.
 */
export const mayDecide = (s: Place, holder: Holder, matter: Matter): boolean => {
  if (holder.state !== 'active' || !isApprover(holder, matter)) return false;
  const { model } = s.organization;
  const may = (permission: string): boolean =>
    evaluate(model, holder, { permission, projectId: matter.projectId }).length > 0;
  if (matter.kind === 'change') return matter.permission !== undefined && may(matter.permission);
  if (matter.kind !== 'access' || !matter.role) return false;
  if (matter.projectId === undefined && namedByOperators(s, matter.role.name)) return false;
  // What operators may give is not theirs to give as members.
  const asMember = { ...s, operator: false, me: undefined };
  return (
    may('requests:decide') &&
    missingFor(asMember, matter.role.permissions, matter.projectId, holder).length === 0
  );
};

const isApprover = (holder: Holder, { policy, projectId }: Matter): boolean => {
  const { approvers } = policy;
  if (approvers === null || approvers.includes(holder.email)) return true;
  return rolesAt(holder, projectId).some((held) => approvers.includes(held.role));
};

/**
 * Every user who is, or through some chat account ever was, the same person as one of these: also by way of a third
 * user (rule 10, abuse 7 and 8).
 */
const samePersons = (users: readonly string[]): SQL => sql`
  with recursive same(id) as (
    select unnest(${sql.param([...users])}::uuid[])
    union
    select b.user_id from same join accounts a on a.user_id = same.id
      join accounts b on b.platform = a.platform and b.workspace_id = a.workspace_id
        and b.external_id = a.external_id)
  select id from same`;

/** The users who are this person, the user given among them. */
export const personOfUser = async (s: Pick<Standing, 'db'>, userId: string): Promise<Set<string>> =>
  new Set(rowsOf<{ id: string }>(await s.db.execute(samePersons([userId]))).map(({ id }) => id));

export const samePerson = async (s: Pick<Standing, 'db'>, one: string, other: string): Promise<boolean> =>
  one === other || (await personOfUser(s, one)).has(other);

/** How many different people these users are. */
const countPersons = async (s: Pick<Standing, 'db'>, users: readonly string[]): Promise<number> => {
  if (users.length < 2) return users.length;
  const [row] = rowsOf<{ persons: number }>(
    await s.db.execute(sql`
      with recursive same(root, id) as (
        select u, u from unnest(${sql.param([...users])}::uuid[]) u
        union
        select same.root, b.user_id from same join accounts a on a.user_id = same.id
          join accounts b on b.platform = a.platform and b.workspace_id = a.workspace_id
            and b.external_id = a.external_id)
      select count(distinct first)::int as persons
        from (select root, min(id::text) as first from same group by root) as people`),
  );
  return row?.persons ?? 0;
};

/** Somebody who may decide, and whether they are told: in the approvals channel, or on a chat account of theirs. */
export type Decider = Holder & { told: boolean };

/** Members who may decide on it, without these persons: who asks, and who gets it. */
export const decidersOf = async (s: Place, except: readonly string[], matter: Matter): Promise<Decider[]> => {
  const asked = matter.kind === 'change' ? matter.permission : 'requests:decide';
  if (asked === undefined) return [];
  const patterns = patternsFor(s.organization.model, asked);
  const project = matter.projectId ?? null;
  const { approvers } = matter.policy;
  const here = s.organization.id;
  const named = sql`${sql.param(approvers ?? [])}::text[]`;
  // The roles first, and one by one (`offset 0`): Postgres looks their few holders up instead of reading every member.
  const [roles] = rowsOf<{
    deciding: string[];
    naming: string[];
    everybody: string | null;
    channel: boolean;
  }>(
    await s.db.execute(sql`
      select array(select id::text from roles where organization_id = ${here}
          and permissions && ${sql.param(patterns)}::text[]) as deciding,
        array(select id::text from roles where organization_id = ${here} and name = any(${named})) as naming,
        (select default_role_id::text from projects where organization_id = ${here} and id = ${project}) as everybody,
        exists (select from connections where organization_id = ${here} and channels ->> 'approvals-channel' <> '') as channel`),
  );
  const holders = (these: readonly string[] = []): SQL => holdersOf(here, these, project, roles?.everybody);
  const candidates = async (after: number, most: number) =>
    rowsOf<{ id: string; told: boolean }>(
      await s.db.execute(sql`
        select p.id, ${roles?.channel === true} or exists (
            select from accounts a join connections c on c.organization_id = ${here} and c.platform = a.platform
              and a.workspace_id in (c.workspace_id, '')
            where a.user_id = p.id and a.unlinked_at is null) as told
        from (${holders(roles?.deciding)}) holder
        cross join lateral (
          select p.id, p.created_at, m.email from principals p
          join members m on m.organization_id = p.organization_id and m.user_id = p.id
          where p.organization_id = ${here} and p.id = holder.id and p.kind = 'member' and p.state = 'active'
          offset 0
        ) p
        where p.id not in (${samePersons(except)})
          and (${approvers === null} or p.email = any(${named})
            or p.id in (${holders(roles?.naming)}))
        order by p.created_at, p.id offset ${after} limit ${most}`),
    );
  const found: Decider[] = [];
  for (const [after, most] of [
    [0, MOST],
    [MOST, LOOKED_AT - MOST],
  ] as const) {
    const rows = await candidates(after, most);
    const { holders: loaded } = await loadHolders(s.db, here, { ids: rows.map(({ id }) => id) });
    const told = new Set(rows.flatMap((row) => (row.told ? [row.id] : [])));
    const may = loaded.filter((holder) => mayDecide(s, holder, matter));
    found.push(...may.map((holder) => ({ ...holder, told: told.has(holder.id) })));
    if (rows.length < most || found.length >= MOST) break;
  }
  return found.slice(0, MOST);
};

/**
 * Whether so few of them are told that operators have to decide, or to complete it.
 * @param approved users whose approval counts, whether or not they are told of anything any more
 */
export const tooFew = async (
  s: Pick<Standing, 'db'>,
  deciders: readonly Decider[],
  matter: Matter,
  approved: readonly string[] = [],
): Promise<boolean> => {
  const told = deciders.flatMap((decider) => (decider.told ? [decider.id] : []));
  return (await countPersons(s, [...new Set([...told, ...approved])])) < approvalsNeeded(matter);
};

/** Whoever holds one of these roles there, or will once a role of theirs ends; all members where everybody has one. */
const holdersOf = (
  here: string,
  roleIds: readonly string[],
  projectId: string | null,
  everybody: string | null | undefined,
): SQL => {
  if (everybody && roleIds.includes(everybody)) {
    return sql`select h.user_id as id from members h where h.organization_id = ${here}`;
  }
  return sql`
    ${roleHolders(here, roleIds)}
    union
    select g.principal_id from grants g where g.organization_id = ${here} and g.project_id = ${projectId}
      and g.role_id = any(${sql.param([...roleIds])}::uuid[]) and ${grantIsLive}`;
};
