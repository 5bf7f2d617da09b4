import { and, desc, eq, ne, type SQL, sql } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { isId } from '../id.ts';
import { closest, nearestFew } from '../nearest.ts';
import { label } from '../organization/slug.ts';
import { nameOrganizationTokens, namePersonalTokens } from './name.ts';

export type TokenRow = typeof tokens.$inferSelect;

/** One token as people know it: its newest row, and older ones that a rotation lets live on for a while. */
export type Live = readonly [TokenRow, ...TokenRow[]];

const live = async (s: Standing, which: SQL | undefined): Promise<TokenRow[]> =>
  s.db
    .select()
    .from(tokens)
    .where(and(eq(tokens.organizationId, s.organization.id), ne(tokens.state, 'revoked'), which))
    .orderBy(desc(tokens.createdAt), desc(tokens.id));

const ofOrganization = eq(tokens.kind, 'organization');

const ofMember = (id: string): SQL | undefined =>
  and(eq(tokens.kind, 'personal'), eq(tokens.principalId, id));

interface Where {
  list: string;
  /** The names that the actor may know of. */
  offered: typeof nameOrganizationTokens;
  field?: string | undefined;
}

const find = async (
  s: Standing,
  whose: SQL | undefined,
  typed: string,
  { list, offered, field = 'name' }: Where,
): Promise<Live> => {
  const name = typed.trim().toLowerCase();
  const [newest, ...older] = await live(s, and(whose, eq(tokens.name, name)));
  if (newest) return [newest, ...older];
  const names = (await offered(s)).map(({ value }) => value);
  throw new DomainError('not-found', `No token \`${typed.slice(0, 60)}\` in ${s.organization.name}.`, {
    ...closest(nearestFew(name, names), `See them with \`${list}\`.`),
    field,
  });
};

/** @throws DomainError `not-found` */
export const findOrganizationToken = async (s: Standing, name: string, field?: string): Promise<Live> =>
  find(s, ofOrganization, name, { list: '/org token list', offered: nameOrganizationTokens, field });

/** @throws DomainError `not-found` */
export const findPersonalToken = async (s: Standing, memberId: string, name: string): Promise<Live> =>
  find(s, ofMember(memberId), name, { list: '/access token list', offered: namePersonalTokens });

/** An organization token by name, or any token of the organization by its id. @throws DomainError `not-found` */
export const findAnyToken = async (s: Standing, typed: string): Promise<Live> => {
  const [byId] = isId(typed.trim()) ? await live(s, sql`${tokens.id} = ${typed.trim()}`) : [];
  return byId ? [byId] : findOrganizationToken(s, typed);
};

/** A new token's name, free among the organization's tokens or among the member's own. @throws DomainError `taken` */
export const freeName = async (s: Standing, typed: string, memberId?: string): Promise<string> => {
  const name = label(typed.trim().toLowerCase(), 'name');
  if (isId(name)) {
    throw new DomainError('invalid', 'No token was created: a name can not look like an id.', {
      field: 'name',
    });
  }
  const whose = memberId === undefined ? ofOrganization : ofMember(memberId);
  const [taken] = await live(s, and(whose, eq(tokens.name, name)));
  if (!taken) return name;
  throw new DomainError('taken', `No token was created: there is one called \`${name}\` already.`, {
    todo: 'Choose another name, or rotate that one for a new secret.',
    field: 'name',
  });
};
