import type { Holder } from '../access/evaluate.ts';
import { activeMember, holds, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { findMember, type Person } from '../member/find.ts';
import type { Organization } from '../organization/organization.ts';

/** What a member holds now, for themselves and for who may read members; a project's managers see their project. */
export const accessOf = async (
  ctx: Context,
  organization: Organization,
  person?: Person,
): Promise<{ holder: Holder; mayChange: boolean }> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const holder = person ? await findMember(s, person) : me;
    if (holder.id !== me.id) need(s, 'members:read', 'see what others have access to');
    return { holder, mayChange: holds(s, 'grants:write') };
  });
