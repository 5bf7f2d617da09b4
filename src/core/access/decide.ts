import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { fixed } from '../../db/fixed.ts';
import type { Organization } from '../organization/organization.ts';
import { requestName } from '../request/find.ts';
import type { Use } from '../uses.ts';
import { patternsAsked } from './asked.ts';
import type { Why } from './check.ts';
import type { HeldRole } from './evaluate.ts';
import { heldThere, isAskable, lookedUp, type Target } from './target.ts';

export interface Question extends Omit<Target, 'organizationId' | 'patterns'> {
  organization: Pick<Organization, 'id' | 'model'>;
  /** A permission's action, or a whole permission. */
  action: string;
}

/** Why, in the words of `/access check`, and what else a program may name that is not there. */
export type Reason =
  | HeldRole['through']
  | 'no-role'
  | 'deactivated'
  | 'expired'
  | 'revoked'
  | 'unknown-subject'
  | 'unknown-permission'
  | 'unknown-resource';

export interface Answer {
  allowed: boolean;
  reason: Reason;
  /** Every role that allows it; empty when it is denied. */
  path: Why[];
}

interface Row {
  position: number;
  state: 'active' | 'removed' | 'deactivated' | 'expired' | 'revoked' | null;
  known: boolean;
  path: Link[] | null;
  principal_id: string | null;
  project_id: string | null;
}

type Link = Omit<Why, 'until' | 'request'> & {
  until: string | null;
  request: number | null;
  /** Of a grant. */
  roleId: string | null;
};

const why = fixed(sql`
  left join lateral (
    select json_agg(json_build_object('role', held.role, 'roleId', held.role_id, 'through', held.through, 'project', held.project,
      'until', held.until,
      'request', (select number from requests where organization_id = t.organization_id and id = held.request_id),
      'grantedBy', (select email from members where organization_id = t.organization_id and user_id = held.granted_by),
      'approvedBy', (select coalesce(json_agg(u.email order by d.at), '[]'::json) from decisions d join users u on u.id = d.user_id
        where d.organization_id = t.organization_id and d.request_id = held.request_id and d.decision = 'approved')
    ) order by held.rank, held.role) as path
    from (${heldThere}) held
    where t.state = 'active' and t.known and held.permissions && case when t.owns then t.own_too else t.plain end
  ) why on true
  order by t.position`);

const denied = (reason: Reason): Answer => ({ allowed: false, reason, path: [] });

/**
 * Decides a batch in one statement, from what is committed at this moment (rules 1 to 4). Whoever and whatever is
 * unknown is denied. The shape is the one that was measured (design.md, section 3): patterns made here, keys from the
 * question's own row, `union all` under `offset 0`.
 */
export const decide = async (
  db: Db,
  questions: readonly Question[],
  used: (use: Use) => void = () => undefined,
): Promise<Answer[]> => {
  const answers = questions.map(() => denied('unknown-permission'));
  const asked: { at: number; target: Target }[] = [];
  for (const [at, question] of questions.entries()) {
    const { organization, action, ...named } = question;
    const patterns = patternsAsked(organization.model, action, question.resource.type);
    if (!patterns) continue;
    if (isAskable(question))
      asked.push({ at, target: { ...named, organizationId: organization.id, patterns } });
    else answers[at] = denied('unknown-resource');
  }
  if (asked.length === 0) return answers;
  const rows = rowsOf<Row>(
    await db.execute(sql`
      select t.position, t.state, t.known, t.principal_id, t.project_id, why.path from ${lookedUp(asked.map(({ target }) => target))} t ${why}`),
  );
  for (const [index, row] of rows.entries()) {
    const question = asked[index];
    if (!question) continue;
    answers[question.at] = answerOf(row);
    const use = useOf(question.target.organizationId, row);
    if (use) used(use);
  }
  return answers;
};

/** Whoever is allowed something uses what they hold; the asker does not. */
const useOf = (organizationId: string, { path, principal_id, project_id }: Row): Use | undefined =>
  path && principal_id
    ? {
        organizationId,
        principalId: principal_id,
        grants: path.flatMap(({ roleId }) =>
          roleId && project_id ? [{ projectId: project_id, roleId }] : [],
        ),
      }
    : undefined;

const answerOf = ({ state, known, path }: Row): Answer => {
  const [first] = path ?? [];
  if (!path || !first) {
    if (state === null || state === 'removed') return denied('unknown-subject');
    if (!known) return denied('unknown-resource');
    return denied(state === 'active' ? 'no-role' : state);
  }
  return {
    allowed: true,
    reason: first.through,
    path: path.map(({ roleId: _id, ...link }) => ({
      ...link,
      until: link.until === null ? null : new Date(link.until),
      request: link.request === null ? null : requestName({ number: link.request }),
    })),
  };
};
