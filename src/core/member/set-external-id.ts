import { and, eq, ne } from 'drizzle-orm';
import { members } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from './find.ts';

/** The id under which another system asks for this member's decisions; `null` clears it. */
export const setExternalId = async (
  ctx: Context,
  input: { organizationId: string; person: Person; externalId: string | null },
): Promise<{ email: string; externalId: string | null }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'set external ids');
    const target = await findMember(c, input.person);
    const { externalId } = input;
    if (externalId !== null) {
      const [other] = await c.db
        .select({ email: members.email })
        .from(members)
        .where(
          and(
            eq(members.organizationId, c.organization.id),
            eq(members.externalId, externalId),
            ne(members.userId, target.id),
          ),
        );
      if (other) {
        throw new DomainError('taken', `Not set: ${other.email} has that external id already.`, {
          field: 'id',
        });
      }
    }
    await c.db
      .update(members)
      .set({ externalId })
      .where(and(eq(members.organizationId, c.organization.id), eq(members.userId, target.id)));
    c.audit({ action: 'member.external-id-changed', target: target.email, facts: { externalId } });
    return { email: target.email, externalId };
  });
