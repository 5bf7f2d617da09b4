import { and, eq, gt, sql } from 'drizzle-orm';
import { messages } from '../../db/schema/index.ts';
import { activeMember, type Change, change, holds } from '../change.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { administratorsOf } from '../member/administrators.ts';
import { directMessages } from '../message.ts';

export interface AskedToInvite {
  emails: string[];
  /** How many administrators were asked. */
  administrators: number;
}

/**
 * CW-12: a member who may not invite hands the invitation on to the administrators, filled in. Nothing is promised by
 * it: whoever sends it does so under their own rights. The same address is handed on once a day.
 */
export const askToInvite = async (
  ctx: Context,
  input: {
    organizationId: string;
    emails: readonly string[];
    role?: string;
    projects?: string;
    reason?: string;
  },
): Promise<AskedToInvite> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    if (holds(c, 'invitations:write')) {
      throw new DomainError('wrong-state', 'Nobody was asked: you may invite people yourself.', {
        todo: 'Use `/org invite send`.',
      });
    }
    const emails = [...new Set(input.emails.map(foldEmail))];
    const asked = emails.join(',');
    if (await askedToday(c, me.email, asked)) {
      throw new DomainError(
        'wrong-state',
        `Nobody was asked: you asked for ${emails.join(', ')} today already.`,
        {
          todo: 'Give the administrators a day, or talk to one of them.',
        },
      );
    }
    const administrators = await administratorsOf(c, { except: me.id });
    const { role, projects: project, reason } = input;
    c.say(
      ...(await directMessages(
        c.db,
        c.organization.id,
        administrators.map(({ id }) => id),
        {
          notice: 'invitation-wanted',
          data: { by: me.email, email: asked, role, project, reason },
          subjectId: c.organization.id,
        },
      )),
    );
    c.audit({
      action: 'invitation.asked',
      target: asked,
      reason,
      facts: { role: role ?? null, project: project ?? null },
    });
    return { emails, administrators: administrators.length };
  });

const askedToday = async (c: Change, by: string, email: string): Promise<boolean> =>
  (await c.db.$count(
    messages,
    and(
      eq(messages.organizationId, c.organization.id),
      eq(messages.notice, 'invitation-wanted'),
      gt(messages.createdAt, sql`statement_timestamp() - interval '1 day'`),
      sql`${messages.data} ->> 'by' = ${by} and ${messages.data} ->> 'email' = ${email}`,
    ),
  )) > 0;
