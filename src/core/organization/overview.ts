import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { activeMember, holds, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from './organization.ts';

export interface Overview {
  members: number;
  invitations: number;
  admins: number;
  projects: number;
  pendingRequests: number;
  /** The Kubernetes namespace that operators assigned, where they did (CD-18). */
  namespace: string | null;
  role: string | undefined;
  may: { invite: boolean; readAudit: boolean; settings: boolean; createProjects: boolean };
}

/** The organization at a glance, for any active member; what a member may not see is not counted out by name. */
export const overviewOf = async (ctx: Context, organization: Organization): Promise<Overview> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const [row] = rowsOf<
      Record<'members' | 'invitations' | 'admins' | 'projects' | 'pending', number> & {
        namespace: string | null;
      }
    >(
      await s.db.execute(sql`
        select l.members, l.admins, l.projects,
          (select a.name from assigned_namespaces a where a.organization_id = l.organization_id) as namespace,
          (select count(*)::int from invitations i where i.organization_id = ${organization.id}
            and i.state = 'pending' and i.expires_at > clock_timestamp()) as invitations,
          (select count(*)::int from requests q where q.organization_id = ${organization.id}
            and q.state = 'pending' and q.expires_at > clock_timestamp()) as pending
        from ledgers l where l.organization_id = ${organization.id}`),
    );
    return {
      members: row?.members ?? 0,
      invitations: row?.invitations ?? 0,
      admins: row?.admins ?? 0,
      projects: row?.projects ?? 0,
      pendingRequests: row?.pending ?? 0,
      namespace: row?.namespace ?? null,
      role: me.roles.find((held) => held.through === 'organization-role')?.role,
      may: {
        invite: holds(s, 'invitations:write'),
        readAudit: holds(s, 'audit:read'),
        settings: holds(s, 'settings:write'),
        createProjects: holds(s, 'projects:write'),
      },
    };
  });
