import { eq } from 'drizzle-orm';
import { codeOf, type Db } from '../../db/client.ts';
import { organizations } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needOperator, needOperatorStill } from '../user/need-operator.ts';
import { slugFrom } from './slug.ts';

const UNIQUE = '23505';
const LONGEST = 100;

export interface Renamed {
  before: { name: string; slug: string };
  after: { name: string; slug: string };
  changed: boolean;
}

/** Operators give an organization another name, another slug, or both (CD-12). */
export const renameOrganization = async (
  ctx: Context,
  input: { organizationId: string; name?: string | undefined; slug?: string | undefined },
): Promise<Renamed> => {
  needOperator(ctx, 'rename organizations');
  return change(ctx, input.organizationId, async (c) => {
    needOperatorStill(c, 'rename organizations');
    const before = { name: c.organization.name, slug: c.organization.slug };
    const after = {
      name: input.name?.trim() || before.name,
      slug: input.slug === undefined ? before.slug : slugFrom(input.slug),
    };
    if (after.name.length > LONGEST) {
      throw new DomainError('invalid', `Not renamed: a name has at most ${LONGEST} characters.`, {
        todo: 'Choose a shorter one.',
        field: 'name',
      });
    }
    if (after.name === before.name && after.slug === before.slug) return { before, after, changed: false };
    await write(c.db, input.organizationId, after);
    c.audit({
      action: 'organization.renamed',
      target: after.slug,
      facts: { name: after.name, nameBefore: before.name, slugBefore: before.slug },
    });
    return { before, after, changed: true };
  });
};

/** In a savepoint: two organizations may want the same slug at the same instant, and one of them hears that it is taken. */
const write = async (db: Db, id: string, after: { name: string; slug: string }): Promise<void> => {
  try {
    await db.transaction((tx) => tx.update(organizations).set(after).where(eq(organizations.id, id)));
  } catch (error) {
    if (codeOf(error) !== UNIQUE) throw error;
    throw new DomainError('taken', `Not renamed: \`${after.slug}\` is not available.`, {
      todo: 'Choose another slug.',
      field: 'slug',
    });
  }
};
