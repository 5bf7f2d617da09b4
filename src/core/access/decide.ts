import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { currentRoleId, grantIsLive } from './holder.ts';
import type { AccessModel } from './model.ts';
import { isKnown, patternsFor } from './patterns.ts';

export interface Decision {
  organizationId: string;
  subject: { email: string } | { externalId: string };
  permission: string;
  /** A project's name; without one the organization role alone answers. */
  project?: string | undefined;
}

/** Not a character of any permission. */
const BETWEEN = '\n';

/**
 * Decides a batch in one statement, from what is committed at this moment (rules 1 to 4). Whoever and whatever is
 * unknown is denied. The shape is the one that was measured (design.md, section 3): patterns made here, keys from the
 * question's own row, `union all` under `offset 0`, so that the first role that allows it ends the search.
 */
export const decide = async (
  db: Db,
  questions: readonly Decision[],
  model: AccessModel,
): Promise<boolean[]> => {
  if (questions.length === 0) return [];
  const texts = (of: (question: Decision) => string) => sql`${sql.param(questions.map(of))}::text[]`;
  const rows = rowsOf<{ allowed: boolean }>(
    await db.execute(sql`
      select exists (
        select from (
          select p.id, ${currentRoleId} as role_id, pr.id as project_id, pr.default_role_id
          from (
            select user_id from members where organization_id = q.organization_id and email = q.email
            union all
            select user_id from members where organization_id = q.organization_id and external_id = q.external_id
          ) m
          join principals p on p.organization_id = q.organization_id and p.id = m.user_id and p.state = 'active'
          left join projects pr on pr.organization_id = q.organization_id and pr.name = q.project
          where q.project is null or pr.id is not null
          offset 0
        ) s
        cross join lateral (
          select r.permissions from roles r where r.organization_id = q.organization_id and r.id = s.role_id
          union all
          select r.permissions from grants g
            join roles r on r.organization_id = g.organization_id and r.id = g.role_id
            where g.organization_id = q.organization_id and g.principal_id = s.id and g.project_id = s.project_id
              and ${grantIsLive}
          union all
          select r.permissions from roles r
            where r.organization_id = q.organization_id and r.id = s.default_role_id
          offset 0
        ) held
        where held.permissions && q.patterns
      ) as allowed
      from (
        select asked.position, asked.organization_id, nullif(asked.email, '') as email,
          nullif(asked.external_id, '') as external_id, nullif(asked.project, '') as project,
          string_to_array(asked.patterns, ${BETWEEN}) as patterns
        from unnest(
          ${sql.param(questions.map((question) => question.organizationId))}::uuid[],
          ${texts((question) => emailOf(question))},
          ${texts(({ subject }) => ('externalId' in subject ? subject.externalId : ''))},
          ${texts((question) => question.project?.trim().toLowerCase() ?? '')},
          ${texts(({ permission }) => (isKnown(model, permission) ? [...new Set(patternsFor(model, permission))] : []).join(BETWEEN))}
        ) with ordinality as asked (organization_id, email, external_id, project, patterns, position)
        offset 0
      ) q
      order by q.position`),
  );
  return rows.map((row) => row.allowed);
};

/** What is no address is nobody's address. */
const emailOf = ({ subject }: Decision): string => {
  if (!('email' in subject)) return '';
  try {
    return foldEmail(subject.email);
  } catch (error) {
    if (error instanceof DomainError) return '';
    throw error;
  }
};
