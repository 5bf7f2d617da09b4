import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import { modelOf } from '../access/models/index.ts';
import type { AccountRef } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { isOperator } from './is-operator.ts';

/** An organization that concerns a caller: connected to the workspace they are in, or one they are a member of. */
export interface Membership extends Organization {
  connected: boolean;
  state?: 'active' | 'deactivated';
  role?: string;
}

export interface Caller {
  userId?: string;
  email?: string;
  operator: boolean;
  /** The organization last chosen with `/org use` in this workspace. */
  currentId?: string;
  organizations: Membership[];
}

type Row = {
  user_id: string | null;
  email: string | null;
  operator: boolean;
  current_id: string | null;
  organizations:
    | {
        id: string;
        slug: string;
        name: string;
        model: string;
        connected: boolean;
        state: Membership['state'] | null;
        role: string | null;
      }[]
    | null;
};

/**
 * Who an account is and what it can reach from a workspace, in one statement. A direct message that belongs to no
 * workspace (`''`) reaches their own organizations that are connected anywhere on the platform. `operators` are the
 * addresses that the installation's settings name.
 */
export const identify = async (
  db: Db,
  account: AccountRef,
  workspaceId: string,
  operators: readonly string[],
): Promise<Caller> => {
  const connected =
    workspaceId === ''
      ? sql`(select distinct organization_id from connections where platform = ${account.platform})`
      : sql`(select organization_id from connections where platform = ${account.platform}
          and workspace_id = ${workspaceId})`;
  const [row] = rowsOf<Row>(
    await db.execute(sql`
      select u.id as user_id, u.email,
        coalesce(${isOperator({ operators })}, false) as operator,
        (select co.organization_id from current_organizations co where co.platform = ${account.platform}
          and co.workspace_id = ${workspaceId} and co.external_id = ${account.externalId}) as current_id,
        (select json_agg(json_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'model', o.model,
            'connected', c.organization_id is not null, 'state', p.state, 'role', r.name) order by o.name, o.slug)
          from organizations o
          left join ${connected} c on c.organization_id = o.id
          left join principals p on p.organization_id = o.id and p.user_id = u.id and p.state <> 'removed'
          left join roles r on r.organization_id = p.organization_id and r.id =
            ${currentRoleId}
          where p.id is not null or c.organization_id is not null and ${workspaceId !== ''}) as organizations
      from (select 1) as one
      left join accounts a on a.platform = ${account.platform} and a.workspace_id = ${account.workspaceId}
        and a.external_id = ${account.externalId} and a.unlinked_at is null
      left join users u on u.id = a.user_id`),
  );
  return {
    userId: row?.user_id ?? undefined,
    email: row?.email ?? undefined,
    operator: row?.operator ?? false,
    currentId: row?.current_id ?? undefined,
    organizations: (row?.organizations ?? []).map(({ model, state, role, ...rest }) => ({
      ...rest,
      model: modelOf(model),
      state: state ?? undefined,
      role: role ?? undefined,
    })),
  };
};
