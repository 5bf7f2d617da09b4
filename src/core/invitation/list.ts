import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import type { InvitationState } from './find.ts';

export interface ListedInvitation {
  id: string;
  email: string;
  state: InvitationState;
  role: string | null;
  inviter: string;
  expiresAt: Date;
}

/** Invitations, newest first; only those who may send them see them (CW-19). `after` is the last id of the page before. */
export const listInvitations = async (
  ctx: Context,
  organization: Organization,
  input: { state?: InvitationState | undefined; after?: string | undefined; size?: number } = {},
): Promise<Page<ListedInvitation>> =>
  look(ctx, organization, async (s) => {
    need(s, 'invitations:write', 'see invitations');
    const size = input.size ?? 10;
    const state = sql.raw(
      `case when i.state = 'pending' and i.expires_at <= clock_timestamp() then 'expired' else i.state end`,
    );
    const rows = rowsOf<Omit<ListedInvitation, 'expiresAt'> & { expires_at: string | Date }>(
      await s.db.execute(sql`
        select i.id, i.email, ${state} as state, r.name as role, m.email as inviter, i.expires_at
        from invitations i
        left join roles r on r.organization_id = i.organization_id and r.id = i.role_id
        left join members m on m.organization_id = i.organization_id and m.user_id = i.inviter_id
        where i.organization_id = ${organization.id} and ${state} = ${input.state ?? 'pending'}
          and (${input.after ?? null}::uuid is null or i.id < ${input.after ?? null}::uuid)
        order by i.id desc limit ${size + 1}`),
    );
    const items = rows
      .slice(0, size)
      .map(({ expires_at, ...row }) => ({ ...row, expiresAt: new Date(expires_at) }));
    return { items, next: rows.length > size ? items.at(-1)?.id : undefined };
  });
