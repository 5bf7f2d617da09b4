import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/schema/index.ts';
import { newId } from '../id.ts';

/** The user of an address that has just been proven, made where there is none yet. */
export const ensureUser = async (db: Db, email: string): Promise<string> => {
  const [made] = await db
    .insert(users)
    .values({ id: newId(), email })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (made) return made.id;
  const [found] = await db.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (!found) throw new Error('A user vanished between two statements');
  return found.id;
};
