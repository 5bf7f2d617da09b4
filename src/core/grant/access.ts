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
    const needToRead = () => need(s, 'members:read', 'see what others have access to');
    // Whether there is somebody or something of a name is told to those alone who may read members.
    const holder = who
      ? await findGrantee(s, who).catch((error: unknown) => {
          needToRead();
          throw error;
        })
      : me;
    if (holder.id !== me.id) needToRead();
    return { holder, mayChange: holds(s, 'grants:write') };
  });
