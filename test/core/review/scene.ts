import { and, eq, sql } from 'drizzle-orm';
import type { Context } from '../../../src/core/context.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { startReview } from '../../../src/core/review/start.ts';
import { messages, reviewItems, reviews } from '../../../src/db/schema/index.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import type { Person, World } from '../../support/world.ts';

export interface Scene {
  acme: Minted;
  id: string;
  /** Runs Acme, with Jo beside her. */
  ines: () => Promise<Context>;
  jo: Person;
  /** Owns etl. */
  olga: Person;
  /** Develops in etl and runs in web. */
  dana: Person;
  grant: (who: Person, project: string, role: string, days?: number) => Promise<unknown>;
  start: (input?: Parameters<typeof startReview>[2]) => Promise<string>;
  items: () => Promise<(typeof reviewItems.$inferSelect)[]>;
  /** The name of the question about somebody's access. */
  item: (who: Person, project: string | null) => Promise<string>;
  /** Lets time pass, as far as reviews are concerned. */
  pass: (interval: string) => Promise<unknown>;
  said: (notice: string) => Promise<(typeof messages.$inferSelect)[]>;
}

export const setReviewScene = async (world: World): Promise<Scene> => {
  const acme = await mintOrganization(world);
  const { id } = acme;
  const ines = () => world.as(acme.admin);
  for (const project of ['etl', 'web']) await acme.project(project);
  const [jo, olga, dana] = [await acme.member('Jo'), await acme.member('Olga'), await acme.member('Dana')];
  await changeMemberRole(await ines(), { organizationId: id, person: { email: jo.email }, role: 'admin' });
  const grant: Scene['grant'] = async (who, project, role, days) =>
    giveGrant(await ines(), {
      organizationId: id,
      person: { email: who.email },
      project,
      role,
      ...(days === undefined ? {} : { for: { seconds: days * 86_400 } }),
    });
  await grant(olga, 'etl', 'owner');
  await grant(dana, 'etl', 'developer');
  await grant(dana, 'web', 'runner', 30);
  const items = () =>
    world.db.select().from(reviewItems).where(eq(reviewItems.organizationId, id)).orderBy(reviewItems.number);
  return {
    acme,
    id,
    ines,
    jo,
    olga,
    dana,
    grant,
    start: async (input = { until: { seconds: 14 * 86_400 } }) =>
      (await startReview(await ines(), id, input))?.name ?? '',
    items,
    item: async (who, project) => {
      const found = (await items()).find(
        (one) => one.email === who.email && one.projectName === project && one.state !== 'gone',
      );
      if (!found) throw new Error(`Nothing is asked about ${who.name} in ${project}`);
      const [review] = await world.db
        .select()
        .from(reviews)
        .where(and(eq(reviews.organizationId, id), eq(reviews.id, found.reviewId)));
      return `REV-${review?.number}.${found.number}`;
    },
    pass: (interval) =>
      world.db
        .update(reviews)
        .set({
          endsAt: sql`${reviews.endsAt} - ${interval}::interval`,
          endedAt: sql`${reviews.endedAt} - ${interval}::interval`,
        })
        .where(eq(reviews.organizationId, id)),
    said: (notice) =>
      world.db
        .select()
        .from(messages)
        .where(and(eq(messages.organizationId, id), eq(messages.notice, notice)))
        .orderBy(messages.id),
  };
};
