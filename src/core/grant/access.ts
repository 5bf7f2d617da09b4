import type { Holder } from '../access/evaluate.ts';
import { activeMember, holds, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { findGrantee, type Grantee } from './grantee.ts';

/** What somebody or something holds now, for themselves and for who may read members. */
export const accessOf = async (
  ctx: Context,
  organization: Organization,
  who?: Grantee,
): Promise<{ holder: Holder; mayChange: boolean }> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const holder = who ? await findGrantee(s, who) : me;
    if (holder.id !== me.id) need(s, 'members:read', 'see what others have access to');
    return { holder, mayChange: holds(s, 'grants:write') };
  });
