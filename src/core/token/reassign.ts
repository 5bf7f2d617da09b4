import { and, eq, inArray } from 'drizzle-orm';
import { members, tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from '../member/find.ts';
import { needSameResponsible } from '../member/need-same-responsible.ts';
import { findOrganizationToken } from './find.ts';

export interface Reassigned {
  name: string;
  before: string | null;
  member: string;
}

/** Associates an organization token with another member, who answers for it from now on. The secret stays. */
export const reassignToken = async (
  ctx: Context,
  input: { organizationId: string; name: string; person: Person; from?: string | undefined },
): Promise<Reassigned> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', 'reassign tokens');
    const rows = await findOrganizationToken(c, input.name);
    const [token] = rows;
    const member = await findMember(c, input.person);
    if (member.state !== 'active') {
      throw new DomainError(
        'wrong-state',
        `${token.name} was not reassigned: ${member.email} is ${member.state}.`,
        {
          todo: 'Name somebody who is active.',
          field: 'member',
        },
      );
    }
    const [before] =
      token.associatedId === null
        ? []
        : await c.db
            .select({ email: members.email })
            .from(members)
            .where(
              and(eq(members.organizationId, c.organization.id), eq(members.userId, token.associatedId)),
            );
    needSameResponsible(token.name, before?.email, input.from);
    await c.db
      .update(tokens)
      .set({ associatedId: member.id })
      .where(
        and(
          eq(tokens.organizationId, c.organization.id),
          inArray(
            tokens.id,
            rows.map((row) => row.id),
          ),
        ),
      );
    const was = before?.email ?? null;
    c.audit({ action: 'token.reassigned', target: token.name, facts: { before: was, member: member.email } });
    return { name: token.name, before: was, member: member.email };
  });
