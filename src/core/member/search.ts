import { type SQL, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { holds, type Standing } from '../change.ts';
import { seesAllProjects } from '../project/find.ts';

const AT_MOST = 25;

const starting = (typed: string): string =>
  `${typed
    .trim()
    .toLowerCase()
    .replace(/[%_\\]/g, '\\$&')}%`;

const contains = (typed: string): string => `%${starting(typed)}`;

/** Members whose address holds what was typed, for those who may list members; `which` narrows whom `p` with role `r` is. */
export const searchMembers = async (
  s: Standing,
  typed: string,
  which: SQL = sql``,
): Promise<{ email: string; role: string | null }[]> =>
  holds(s, 'members:list')
    ? rowsOf(
        await s.db.execute(sql`
          select m.email, r.name as role
          from members m
          join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state <> 'removed'
          left join roles r on r.organization_id = p.organization_id and r.id = p.role_id
          where m.organization_id = ${s.organization.id}
            and m.email like ${contains(typed)} ${which}
          order by (m.email like ${starting(typed)}) desc, m.email limit ${AT_MOST}`),
      )
    : [];

/** Projects by name: those the actor may know of. */
export const searchProjects = async (s: Standing, typed: string): Promise<string[]> => {
  const all = seesAllProjects(s);
  const mine = [...new Set(s.me?.roles.flatMap((held) => held.projectId ?? []) ?? [])];
  return rowsOf<{ name: string }>(
    await s.db.execute(sql`
      select name from projects where organization_id = ${s.organization.id} and name like ${contains(typed)}
        and (${all} or id = any(${sql.param(mine)}::uuid[]))
      order by (name like ${starting(typed)}) desc, name limit ${AT_MOST}`),
  ).map((row) => row.name);
};

/** Addresses with an invitation, pending ones first. */
export const searchInvitations = async (
  s: Standing,
  typed: string,
): Promise<{ email: string; state: string }[]> =>
  holds(s, 'invitations:write')
    ? rowsOf(
        await s.db.execute(sql`
          select distinct on (email) email, state from invitations
          where organization_id = ${s.organization.id} and email like ${contains(typed)}
          order by email, created_at desc limit ${AT_MOST}`),
      )
    : [];
