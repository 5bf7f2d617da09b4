import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change, holds } from '../change.ts';
import { DomainError } from '../errors.ts';
import { administratorsOf } from '../member/administrators.ts';

const MOST_NAMED = 3;

/** The actor, if they may invite. @throws DomainError `forbidden`, which names administrators to ask (CW-12) */
export const needToInvite = async (c: Change): Promise<Holder> => {
  const me = activeMember(c);
  if (holds(c, 'invitations:write')) return me;
  const admins = await administratorsOf(c, { most: MOST_NAMED });
  throw new DomainError(
    'forbidden',
    `You can't invite people in ${c.organization.name}: that needs \`invitations:write\`.`,
    {
      todo: `Ask an administrator to invite them: ${admins.map(({ email }) => email).join(' or ')}.`,
      facts: { permission: 'invitations:write' },
    },
  );
};
