import { and, asc, count, eq, inArray } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { passkeys } from '../../db/schema/index.ts';
import { DomainError } from '../errors.ts';
import { nearestFew } from '../nearest.ts';

export type Passkey = typeof passkeys.$inferSelect;

export const passkeysOf = async (db: Db, userId: string): Promise<Passkey[]> =>
  db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt));

export const anyPasskey = async (db: Db, userIds: readonly string[]): Promise<boolean> => {
  if (userIds.length === 0) return false;
  const [found] = await db
    .select({ keys: count() })
    .from(passkeys)
    .where(inArray(passkeys.userId, [...userIds]));
  return (found?.keys ?? 0) > 0;
};

/** A person's passkey by its name; another person's is not found either. @throws DomainError `not-found` */
export const findPasskey = async (db: Db, userId: string, name: string): Promise<Passkey> => {
  const wanted = name.trim();
  const [found] = await db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.userId, userId), eq(passkeys.name, wanted)));
  if (found) return found;
  const names = (await passkeysOf(db, userId)).map((passkey) => passkey.name);
  throw new DomainError('not-found', `You have no passkey \`${wanted.slice(0, 60)}\`.`, {
    todo: names.length > 0 ? `Yours are ${names.join(', ')}.` : 'Add one with `/access passkey add`.',
    field: 'name',
    near: nearestFew(wanted, names),
  });
};
