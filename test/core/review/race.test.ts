import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerReview } from '../../../src/core/review/answer.ts';
import { expireReviews } from '../../../src/core/review/expire.ts';
import { startReview } from '../../../src/core/review/start.ts';
import { audit, reviews } from '../../../src/db/schema/index.ts';
import { serverDatabase } from '../../support/database.ts';
import { atOnce, createWorld, fulfilled, type Person, refusals, type World } from '../../support/world.ts';
import { type Scene, setReviewScene } from './scene.ts';

let world: World;
let scene: Scene;
beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});
beforeEach(async () => {
  scene = await setReviewScene(world);
});

const answering = async (who: Person, item: string, answer: 'keep' | 'remove') => {
  const ctx = await world.as(who);
  return () => answerReview(ctx, { organizationId: scene.id, item, answer });
};
const state = async (project: string) =>
  (await scene.items()).find(
    ({ email, projectName }) => email === scene.dana.email && projectName === project,
  )?.state;
const holds = async (project: string) =>
  (await scene.acme.holder(scene.dana)).roles.some((held) => held.project === project);

describe('at one instant', () => {
  test('of several answers one counts, and access is as that one says', async () => {
    await scene.start();
    const hers = await scene.item(scene.dana, 'etl');
    const runs = [];
    for (const who of [scene.acme.admin, scene.jo, scene.olga]) {
      runs.push(await answering(who, hers, 'keep'), await answering(who, hers, 'remove'));
    }
    const results = await atOnce(world, scene.id, runs);
    const [first, second] = fulfilled(results);
    expect(second).toBeUndefined();
    expect(refusals(results)).toEqual(Array.from({ length: 5 }, () => 'wrong-state'));
    expect(await state('etl')).toBe(first?.outcome);
    expect(await holds('etl')).toBe(first?.outcome === 'kept');
    const events = await world.db.select().from(audit).where(eq(audit.organizationId, scene.id));
    expect(events.filter(({ action }) => /^review\.(kept|removed)$/.test(action))).toHaveLength(1);
  });

  test('an answer against the deadline ends in one of the two, whole', async () => {
    await scene.start();
    const hers = await scene.item(scene.dana, 'etl');
    await scene.pass('14 days');
    const results = await atOnce<unknown>(world, scene.id, [
      await answering(scene.olga, hers, 'keep'),
      async () => expireReviews(world.system),
    ]);
    expect(refusals(results)).toEqual(['wrong-state']);
    expect(await state('etl')).toBe('ended');
    expect(await holds('etl')).toBe(false);
  });

  test('two sweeps warn each reviewer once', async () => {
    await scene.start();
    const asked = (await scene.said('review')).length;
    await scene.pass('13 days 1 hour');
    await atOnce(
      world,
      scene.id,
      Array.from({ length: 4 }, () => () => expireReviews(world.system)),
    );
    expect(await scene.said('review')).toHaveLength(2 * asked);
    const warned = (await scene.said('review-ending')).map(({ recipient }) => recipient);
    expect(new Set(warned).size).toBe(warned.length);
  });

  test('two sweeps end everything once', async () => {
    await scene.start();
    await scene.pass('15 days');
    const results = await atOnce(
      world,
      scene.id,
      Array.from({ length: 4 }, () => () => expireReviews(world.system)),
    );
    expect(refusals(results)).toEqual([]);
    const events = await world.db.select().from(audit).where(eq(audit.organizationId, scene.id));
    expect(events.filter(({ action }) => action === 'review.ended')).toHaveLength(1);
    expect(await scene.said('review-done')).toHaveLength(1);
  });

  test('one review begins, however many start one', async () => {
    const ctx = await scene.ines();
    const results = await atOnce(
      world,
      scene.id,
      Array.from({ length: 5 }, () => () => startReview(ctx, scene.id, {})),
    );
    expect(fulfilled(results)).toHaveLength(1);
    expect(refusals(results)).toEqual(Array.from({ length: 4 }, () => 'wrong-state'));
    const begun = await world.db.select().from(reviews).where(eq(reviews.organizationId, scene.id));
    expect(begun).toHaveLength(1);
  });
});
