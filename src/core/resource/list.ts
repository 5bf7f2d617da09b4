import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from '../member/find.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import { findProject } from '../project/find.ts';
import type { Registered } from './add.ts';

const BETWEEN = ' ';

/** Registered things by type and name, a page at a time; in one project for whoever manages those there alone. */
export const listResources = async (
  ctx: Context,
  organization: Organization,
  input: {
    type?: string | undefined;
    owner?: Person | undefined;
    project?: string | undefined;
    /** The type and the name that the page before ended with. */
    after?: string | undefined;
    size?: number;
  } = {},
): Promise<Page<Registered>> =>
  look(ctx, organization, async (s) => {
    const project = input.project === undefined ? undefined : await findProject(s, input.project);
    need(s, 'registry:write', 'list resources', project?.id);
    const owner = input.owner && (await findMember(s, input.owner));
    const size = input.size ?? 10;
    const [afterType, afterName] = positionOf(input.after);
    const rows = rowsOf<{
      id: string;
      type: string;
      name: string;
      owner: string | null;
      project: string | null;
      namespace: string | null;
    }>(
      await s.db.execute(sql`
        select r.id, r.type, r.name, m.email as owner, pr.name as project, a.name as namespace
        from resources r
        left join assigned_namespaces a on a.organization_id = r.organization_id
        left join members m on m.organization_id = r.organization_id and m.user_id = r.owner_id
        left join projects pr on pr.organization_id = r.organization_id and pr.id = r.project_id
        where r.organization_id = ${organization.id} and (r.type, r.name) > (${afterType}, ${afterName})
          ${input.type === undefined ? sql`` : sql`and r.type = ${input.type.trim().toLowerCase()}`}
          ${owner ? sql`and r.owner_id = ${owner.id}` : sql``}
          ${project ? sql`and r.project_id = ${project.id}` : sql``}
        order by r.type, r.name limit ${size + 1}`),
    );
    const items = rows.slice(0, size);
    const last = items.at(-1);
    return { items, next: rows.length > size && last ? `${last.type}${BETWEEN}${last.name}` : undefined };
  });

/** No type has a space in it. */
const positionOf = (after: string | undefined): [type: string, name: string] => {
  if (after === undefined) return ['', ''];
  const at = after.indexOf(BETWEEN);
  if (at < 1) throw new DomainError('invalid', 'That page is not there.', { todo: 'List from the start.' });
  return [after.slice(0, at), after.slice(at + 1)];
};
