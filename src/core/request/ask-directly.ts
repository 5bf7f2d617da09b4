import { and, eq } from 'drizzle-orm';
import { messages, requests, roles } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages } from '../message.ts';
import { loadPolicies } from '../organization/policy.ts';
import { decidersOf, matterOf } from './deciders.ts';
import { partiesOf } from './find.ts';

/**
 * The approvals channel takes no messages (it was renamed, or nobody invited the bot): whoever may decide on the open
 * request hears of it directly instead, once.
 */
export const askDirectly = async (
  ctx: Context,
  message: { organizationId: string | null; subjectId: string | null },
): Promise<void> => {
  const { organizationId, subjectId } = message;
  if (organizationId === null || subjectId === null) return;
  await change(ctx, organizationId, async (c) => {
    const [row] = await c.db
      .select({ request: requests, role: roles })
      .from(requests)
      .leftJoin(roles, and(eq(roles.organizationId, requests.organizationId), eq(roles.id, requests.roleId)))
      .where(
        and(
          eq(requests.organizationId, organizationId),
          eq(requests.id, subjectId),
          eq(requests.state, 'pending'),
        ),
      );
    const asked = await c.db
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(messages.subjectId, subjectId), eq(messages.recipientKind, 'person')))
      .limit(1);
    if (!row || asked.length > 0) return;
    const { request, role } = row;
    const deciders = await decidersOf(
      c,
      partiesOf(request),
      matterOf(request, role ?? undefined, await loadPolicies(c.db, organizationId)),
    );
    c.say(
      ...(await directMessages(
        c.db,
        organizationId,
        deciders.map((decider) => decider.id),
        { notice: 'request', data: { organizationId, requestId: request.id }, subjectId: request.id },
      )),
    );
  });
};
