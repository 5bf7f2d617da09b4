import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { accounts, members, principals } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { holds, type Standing } from '../change.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { nearestAddresses } from '../nearest.ts';

/** A person as typed: an address, or a mention of a chat account. */
export type Person =
  | { email: string }
  | { account: { platform: string; workspaceId: string; externalId: string } };

/**
 * A member, active or deactivated, with everything they hold.
 * @throws DomainError `not-found`, with the nearest addresses for whoever may list members; `not-invited-yet` names the person
 */
export const findMember = async (s: Standing, person: Person): Promise<Holder> => {
  const email = 'email' in person ? foldEmail(person.email) : await emailOf(s.db, person.account);
  const [row] = await s.db
    .select({ id: members.userId, state: principals.state })
    .from(members)
    .innerJoin(
      principals,
      and(eq(principals.organizationId, members.organizationId), eq(principals.id, members.userId)),
    )
    .where(and(eq(members.organizationId, s.organization.id), eq(members.email, email)));
  if (row?.state === 'removed' && holds(s, 'members:list')) throw memberNoMore(s, email);
  const holder =
    row && row.state !== 'removed' ? await loadHolder(s.db, s.organization.id, row.id) : undefined;
  if (!holder) throw await noSuchMember(s, email);
  return holder;
};

const emailOf = async (db: Db, account: { platform: string; workspaceId: string; externalId: string }) => {
  const [row] = rowsOf<{ email: string }>(
    await db.execute(sql`
      select u.email from accounts a join users u on u.id = a.user_id
      where a.platform = ${account.platform} and a.workspace_id = ${account.workspaceId}
        and a.external_id = ${account.externalId} and a.unlinked_at is null`),
  );
  if (row) return row.email;
  throw new DomainError(
    'not-found',
    'I do not know who that person is yet: their chat account is not linked.',
    {
      todo: 'Name them by e-mail address instead.',
      field: 'user',
    },
  );
};

const memberNoMore = (s: Standing, email: string): DomainError =>
  new DomainError(
    'not-found',
    `No member ${email} in ${s.organization.name} any more: they left or were removed.`,
    {
      todo: 'A new invitation starts from nothing: `/org invite send`.',
      field: 'user',
      facts: { email },
    },
  );

const noSuchMember = async (s: Standing, email: string): Promise<DomainError> => {
  const near = holds(s, 'members:list') ? nearestAddresses(email, await addressesLike(s, email)) : [];
  return new DomainError('not-found', `No member ${email} in ${s.organization.name}.`, {
    todo:
      near.length > 0
        ? `Closest: ${near.join(', ')}. Or invite them.`
        : 'Invite them first with `/org invite send`.',
    field: 'user',
    facts: { email },
    near,
  });
};

/** Of many members those alone are looked through that begin alike; of a few, all. */
const LOOKED_THROUGH = 1000;

const addressesLike = async (s: Standing, email: string): Promise<string[]> => {
  const members = sql`
    select m.email from members m join principals p on p.organization_id = m.organization_id and p.id = m.user_id
    where m.organization_id = ${s.organization.id} and p.state <> 'removed'`;
  const alike = `${email.slice(0, 2).replace(/[%_\\]/g, '')}%`;
  return rowsOf<{ email: string }>(
    await s.db.execute(sql`
      (${members} and m.email like ${alike} order by m.email limit ${LOOKED_THROUGH})
      union (${members} order by m.email limit ${LOOKED_THROUGH})`),
  ).map((row) => row.email);
};

export const accountsOf = async (db: Db, userId: string) =>
  db
    .select({
      platform: accounts.platform,
      workspaceId: accounts.workspaceId,
      externalId: accounts.externalId,
      linkedAt: accounts.linkedAt,
    })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), isNull(accounts.unlinkedAt)));
