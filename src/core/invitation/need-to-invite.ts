import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change, holds } from '../change.ts';
import { DomainError } from '../errors.ts';

const MOST_NAMED = 3;

/** The actor, if they may invite. @throws DomainError `forbidden`, which names administrators to ask (CW-12) */
export const needToInvite = async (c: Change): Promise<Holder> => {
  const me = activeMember(c);
  if (holds(c, 'invitations:write')) return me;
  const admins = rowsOf<{ email: string }>(
    await c.db.execute(sql`
      select m.email from members m
      join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state = 'active'
      join roles r on r.organization_id = p.organization_id and r.id = p.role_id and r.administers
      where m.organization_id = ${c.organization.id} order by p.created_at limit ${MOST_NAMED}`),
  ).map(({ email }) => email);
  throw new DomainError(
    'forbidden',
    `You can't invite people in ${c.organization.name}: that needs \`invitations:write\`.`,
    {
      todo: `Ask an administrator to invite them: ${admins.join(' or ')}.`,
      facts: { permission: 'invitations:write' },
    },
  );
};
