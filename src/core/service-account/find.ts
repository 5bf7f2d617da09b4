import { and, eq, type SQL } from 'drizzle-orm';
import { principals, serviceAccounts } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { isId } from '../id.ts';
import { closest, nearestFew } from '../nearest.ts';
import { label } from '../organization/slug.ts';
import { nameServiceAccounts } from './name.ts';

export interface ServiceAccount {
  id: string;
  name: string;
  responsibleId: string | null;
  createdAt: Date;
  state: 'active' | 'deactivated';
}

const select = async (s: Standing, which?: SQL): Promise<ServiceAccount[]> => {
  const rows = await s.db
    .select({
      id: serviceAccounts.id,
      name: serviceAccounts.name,
      responsibleId: serviceAccounts.responsibleId,
      createdAt: serviceAccounts.createdAt,
      state: principals.state,
    })
    .from(serviceAccounts)
    .innerJoin(
      principals,
      and(
        eq(principals.organizationId, serviceAccounts.organizationId),
        eq(principals.id, serviceAccounts.id),
      ),
    )
    .where(and(eq(serviceAccounts.organizationId, s.organization.id), which));
  return rows.map((row) => ({ ...row, state: row.state === 'active' ? 'active' : 'deactivated' }));
};

/** A service account by its name or its id. @throws DomainError `not-found`, with the nearest names */
export const findServiceAccount = async (
  s: Standing,
  typed: string,
  field = 'name',
): Promise<ServiceAccount> => {
  const name = typed.trim().toLowerCase();
  const [found] = await select(s, eq(isId(name) ? serviceAccounts.id : serviceAccounts.name, name));
  if (found) return found;
  const near = nearestFew(
    name,
    (await nameServiceAccounts(s)).map(({ value }) => value),
  );
  throw new DomainError(
    'not-found',
    `No service account \`${typed.slice(0, 60)}\` in ${s.organization.name}.`,
    {
      ...closest(near, 'See them with `/org service-account list`.'),
      field,
    },
  );
};

/** A name that no other service account has. @throws DomainError `invalid` or `taken` */
export const freeServiceAccountName = async (s: Standing, typed: string, field: string): Promise<string> => {
  const name = label(typed.trim().toLowerCase(), field);
  if (isId(name)) {
    throw new DomainError('invalid', 'Nothing was done: a name can not look like an id.', { field });
  }
  if ((await select(s, eq(serviceAccounts.name, name))).length === 0) return name;
  throw new DomainError('taken', `Nothing was done: there is a service account \`${name}\` already.`, {
    todo: 'Choose another name.',
    field,
  });
};
