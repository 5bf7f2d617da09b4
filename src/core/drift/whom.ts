import { type SQL, sql } from 'drizzle-orm';
import { look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from '../member/find.ts';
import { searchMembers } from '../member/search.ts';
import type { Organization } from '../organization/organization.ts';
import { findFinding, findRule } from './list.ts';
import type { Whom } from './rule.ts';

/** Administers without an end: what rule 6 counts. */
const administers = sql`(r.administers is true and p.role_until is null)`;

const WHO: Readonly<Record<Whom, SQL>> = {
  member: sql`and p.state = 'active'`,
  administrator: sql`and p.state = 'active' and ${administers}`,
  'no-administrator': sql`and p.state = 'active' and not ${administers}`,
};

/** Those whom the fix of a finding, or of a rule's, can name, by what was typed of their address. */
export const searchForFix = async (
  s: Standing,
  typed: string,
  target: { finding?: string | undefined; rule?: string | undefined },
): ReturnType<typeof searchMembers> => {
  const asks = target.finding
    ? (await findFinding(s, target.finding)).rule.asks
    : target.rule && findRule(target.rule).asks;
  return searchMembers(s, typed, asks && asks !== 'name' ? WHO[asks] : undefined);
};

/** @throws DomainError `invalid` where naming them would mend nothing */
export const needWhom = async (
  ctx: Context,
  organization: Organization,
  whom: Whom,
  person: Person,
): Promise<void> => {
  const { email, state, roles } = await look(ctx, organization, async (s) => {
    need(s, 'drift:read', 'fix what has drifted');
    return findMember(s, person);
  });
  const admin = roles.some((held) => held.administers && held.until === undefined);
  const why =
    state !== 'active'
      ? `${email} is ${state}`
      : whom === 'no-administrator' && admin
        ? `${email} is an administrator already`
        : whom === 'administrator' && !admin
          ? `${email} is no administrator`
          : undefined;
  if (why === undefined) return;
  throw new DomainError('invalid', `Nothing was changed: ${why}.`, {
    todo: 'Name somebody else.',
    field: 'user',
  });
};
