import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { evaluate, type Holder } from '../access/evaluate.ts';
import { grantIsLive, loadHolders } from '../access/holder.ts';
import { patternsFor } from '../access/patterns.ts';
import { missingFor, type Standing } from '../change.ts';
import { namedByOperators } from '../member/principal.ts';
import type { Role } from '../role/find.ts';

/** Most approvers who get a direct message of one request; an organization with more of them has a channel. */
const MOST = 50;

/**
 * Whether this holder's rights are enough to decide on the role at that scope (rule 5); not yet rule 10. Nobody's are
 * for a role that operators alone name.
 */
export const mayDecide = (
  s: Standing,
  holder: Holder,
  role: Pick<Role, 'name' | 'permissions'>,
  projectId: string | undefined,
): boolean =>
  holder.state === 'active' &&
  !(projectId === undefined && namedByOperators(s, role.name)) &&
  evaluate(s.organization.model, holder, { permission: 'requests:decide', projectId }).length > 0 &&
  missingFor(s, role.permissions, projectId, holder).length === 0;

/**
 * Whether two users are, or through some chat account ever were, the same person (rule 10, abuse 7 and 8).
 */
export const samePerson = async (s: Standing, one: string, other: string): Promise<boolean> => {
  if (one === other) return true;
  const [row] = rowsOf<{ same: boolean }>(
    await s.db.execute(sql`
      select exists (
        select from accounts a join accounts b on b.platform = a.platform and b.workspace_id = a.workspace_id
          and b.external_id = a.external_id
        where a.user_id = ${one} and b.user_id = ${other}) as same`),
  );
  return row?.same === true;
};

/** Members who may decide on this role there, without the requester as a person. */
export const decidersOf = async (
  s: Standing,
  requesterId: string,
  role: Pick<Role, 'name' | 'permissions'>,
  projectId: string | undefined,
): Promise<Holder[]> => {
  const patterns = patternsFor(s.organization.model, 'requests:decide');
  const candidates = rowsOf<{ id: string }>(
    await s.db.execute(sql`
      with deciding as (
        select id from roles where organization_id = ${s.organization.id}
          and permissions && ${sql.param(patterns)}::text[])
      select p.id from principals p
      where p.organization_id = ${s.organization.id} and p.kind = 'member' and p.state = 'active'
        and (p.role_id in (select id from deciding) or p.role_after_id in (select id from deciding)
          or exists (select from grants g where g.organization_id = p.organization_id and g.principal_id = p.id
            and g.project_id = ${projectId ?? null} and g.role_id in (select id from deciding) and ${grantIsLive})
          or exists (select from projects pr where pr.organization_id = p.organization_id
            and pr.id = ${projectId ?? null} and pr.default_role_id in (select id from deciding)))
        and not exists (
          select from accounts a join accounts b on b.platform = a.platform and b.workspace_id = a.workspace_id
            and b.external_id = a.external_id
          where a.user_id = p.id and b.user_id = ${requesterId})
        and p.id <> ${requesterId}
      order by p.created_at limit ${MOST}`),
  );
  const { holders } = await loadHolders(s.db, s.organization.id, { ids: candidates.map((row) => row.id) });
  return holders.filter((holder) => mayDecide(s, holder, role, projectId));
};
