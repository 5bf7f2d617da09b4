import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { reviewsTable } from '../../../src/core/export/reviews.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { newId } from '../../../src/core/id.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { answerReview } from '../../../src/core/review/answer.ts';
import { endReview } from '../../../src/core/review/end.ts';
import { expireReviews } from '../../../src/core/review/expire.ts';
import { restoreReviewed } from '../../../src/core/review/restore.ts';
import { questionsFor, showReview } from '../../../src/core/review/show.ts';
import { planReview, startReview } from '../../../src/core/review/start.ts';
import { accounts } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';
import { type Scene, setReviewScene } from './scene.ts';

const world: World = createWorld((await embeddedDatabase()).database);
let scene: Scene;
beforeEach(async () => {
  scene = await setReviewScene(world);
});

const answer = async (who: Person, item: string, given: 'keep' | 'remove') =>
  answerReview(await world.as(who), { organizationId: scene.id, item, answer: given });
const rolesOf = async (who: Person) =>
  (await scene.acme.holder(who)).roles
    .filter(({ through }) => through !== 'default-role')
    .map(({ role, project }) => (project ? `${role} in ${project}` : role))
    .sort();
const questions = async (who: Person) => {
  const [first] = await scene.items();
  const userId = await scene.acme.userId(who.email);
  const asked = await questionsFor(world.db, scene.acme.organization, {
    reviewId: first?.reviewId ?? '',
    userId,
  });
  return asked?.items.map(({ email, projectName }) => `${email} ${projectName ?? 'runs'}`) ?? [];
};

describe('a review asks', () => {
  test('about grants and organization roles above everybody’s, never about default roles, with the evidence', async () => {
    expect(await scene.start()).toBe('REV-1');
    const asked = await scene.items();
    expect(asked.map(({ email, roleName, projectName }) => [email, roleName, projectName])).toEqual(
      expect.arrayContaining([
        [scene.acme.admin.email, 'admin', null],
        [scene.jo.email, 'admin', null],
        [scene.olga.email, 'owner', 'etl'],
        [scene.dana.email, 'developer', 'etl'],
        [scene.dana.email, 'runner', 'web'],
      ]),
    );
    expect(asked.map(({ roleName }) => roleName)).not.toContain('member');
    const runner = asked.find(({ projectName }) => projectName === 'web' && true);
    expect(runner).toMatchObject({ grantedBy: scene.acme.admin.email, state: 'open' });
    expect(asked.find(({ email, projectName }) => email === scene.jo.email && !projectName)).toMatchObject({
      grantedBy: scene.acme.admin.email,
    });
  });

  test('whoever may take it away, project owners for their project, and nobody about themselves', async () => {
    await scene.start();
    const asked = (await scene.said('review')).map(({ recipient }) => recipient);
    expect(asked.sort()).toEqual(
      [scene.acme.admin, scene.jo, scene.olga].map(({ account }) => account.externalId).sort(),
    );
    expect(await questions(scene.olga)).toEqual(expect.arrayContaining([`${scene.dana.email} etl`]));
    const ofOlga = await questions(scene.olga);
    expect(ofOlga.every((one) => one.endsWith(' etl') && !one.startsWith(scene.olga.email))).toBe(true);
    const ofInes = await questions(scene.acme.admin);
    expect(ofInes).toContain(`${scene.jo.email} runs`);
    expect(ofInes).not.toContain(`${scene.acme.admin.email} runs`);
  });

  test('about one project where one is named', async () => {
    await scene.start({ scope: 'web' });
    expect((await scene.items()).every(({ projectName }) => projectName === 'web')).toBe(true);
    expect((await scene.said('review')).map(({ recipient }) => recipient)).not.toContain(
      scene.olga.account.externalId,
    );
  });

  test('once at a time, for who may start it, of an organization that is theirs', async () => {
    await scene.start();
    expect((await refusal(scene.start())).message).toContain('REV-1 of Acme is still open');
    const planned = planReview(await scene.ines(), scene.acme.organization, {});
    expect((await refusal(planned)).message).toContain('REV-1 of Acme is still open');
    const run = async (who: Person) => startReview(await world.as(who), scene.id, {});
    expect((await refusal(run(scene.dana))).code).toBe('forbidden');
    const globex = await mintOrganization(world, 'Globex');
    expect((await refusal(run(globex.admin))).code).toBe('not-found');
  });

  test('not about what ends by itself before it does, which its evidence has too', async () => {
    const until = { seconds: 40 * 86_400 };
    const plan = await planReview(await scene.ines(), scene.acme.organization, { until });
    const started = await startReview(await scene.ines(), scene.id, { until });
    expect(started).toMatchObject({ accesses: plan.accesses, ending: 1 });
    const hers = await scene.item(scene.dana, 'web');
    expect(await questions(scene.acme.admin)).not.toContain(`${scene.dana.email} web`);
    const refused = await refusal(answer(scene.jo, hers, 'remove'));
    expect(refused.message).toContain('is not asked about: it ends by itself');
    const { counts, items } = await showReview(await scene.ines(), scene.acme.organization);
    expect(counts).toMatchObject({ open: plan.accesses, 'not-asked': 1 });
    expect(items.map(({ state }) => state)).not.toContain('not-asked');
    const { rows } = await reviewsTable.read(world.db, scene.id, undefined);
    expect(rows.find(({ answer: given }) => given === 'not-asked')).toMatchObject({
      email: scene.dana.email,
      project: 'web',
      expiresAt: expect.stringMatching(/Z$/),
      startedBy: scene.acme.admin.email,
      startedAt: expect.stringMatching(/Z$/),
      endedAt: null,
    });
    await scene.pass('41 days');
    await expireReviews(world.system);
    expect(await rolesOf(scene.dana)).toContain('runner in web');
  });

  test('nothing where all there is ends by itself before, and says so before anything is confirmed', async () => {
    const late = { scope: 'web', until: { seconds: 40 * 86_400 } };
    for (const who of [scene.acme.admin, scene.jo]) {
      await revokeGrants(await scene.ines(), {
        organizationId: scene.id,
        person: { email: who.email },
        project: 'web',
      }).catch(() => undefined);
    }
    const planned = planReview(await scene.ines(), scene.acme.organization, late);
    expect((await refusal(planned)).message).toContain('ends by itself before it would');
    expect((await refusal(scene.start(late))).field).toBe('until');
  });

  test('about nothing, or about a project that is none, is refused', async () => {
    await scene.acme.project('empty');
    await revokeGrants(await scene.ines(), {
      organizationId: scene.id,
      person: { email: scene.acme.admin.email },
      project: 'empty',
    });
    expect((await refusal(scene.start({ scope: 'empty' }))).message).toContain('No review was started');
    const nowhere = await refusal(scene.start({ scope: 'nowhere' }));
    expect(nowhere.code).toBe('not-found');
    expect(await scene.items()).toEqual([]);
  });

  test('by itself on its schedule once for a slot, and passes over one that is open', async () => {
    const slot = new Date('2027-01-01T08:00:00Z');
    expect((await startReview(world.system, scene.id, { slot }))?.name).toBe('REV-1');
    expect(await startReview(world.system, scene.id, { slot })).toBeUndefined();
    await endReview(await scene.ines(), { organizationId: scene.id });
    expect((await showReview(await scene.ines(), scene.acme.organization)).name).toBe('REV-1');
  });
});

describe('an answer', () => {
  beforeEach(() => scene.start());

  test('acts at once through the ordinary verbs, and is in the audit', async () => {
    const before = await scene.acme.sequence();
    const kept = await answer(scene.olga, await scene.item(scene.dana, 'etl'), 'keep');
    expect(kept.outcome).toBe('kept');
    const removed = await answer(scene.jo, await scene.item(scene.dana, 'web'), 'remove');
    expect(removed.outcome).toBe('removed');
    expect(await rolesOf(scene.dana)).toEqual(['developer in etl', 'member']);
    const actions = (await scene.acme.audited(before)).map(({ action }) => action);
    expect(actions).toEqual(['review.kept', 'review.removed', 'grant.revoked']);
    expect((await scene.said('grant-revoked')).at(-1)?.recipient).toBe(scene.dana.account.externalId);
  });

  test('takes an organization role back to the one that everybody has', async () => {
    await answer(scene.acme.admin, await scene.item(scene.jo, null), 'remove');
    expect(await rolesOf(scene.jo)).toEqual(['member']);
  });

  test('is nobody’s about themselves, nor anybody’s who may not take it away', async () => {
    const own = await refusal(answer(scene.olga, await scene.item(scene.olga, 'etl'), 'keep'));
    expect(own.code).toBe('own-request');
    const hers = await scene.item(scene.dana, 'web');
    expect((await refusal(answer(scene.olga, hers, 'remove'))).code).toBe('forbidden');
    expect((await refusal(answer(scene.dana, hers, 'keep'))).code).toBe('own-request');
    const globex = await mintOrganization(world, 'Globex');
    expect((await refusal(answer(globex.admin, hers, 'keep'))).code).toBe('not-found');
    const elsewhere = answerReview(await world.as(globex.admin), {
      organizationId: globex.id,
      item: hers,
      answer: 'keep',
    });
    expect((await refusal(elsewhere)).message).not.toContain('Acme');
  });

  test('abuse 8: is nobody’s about themselves under another address that their chat account ever had', async () => {
    await world.db.insert(accounts).values({
      id: newId(),
      ...scene.olga.account,
      userId: await scene.acme.userId(scene.dana.email),
      linkedBy: 'code',
      unlinkedAt: new Date(),
    });
    expect((await refusal(answer(scene.olga, await scene.item(scene.dana, 'etl'), 'keep'))).code).toBe(
      'forbidden',
    );
    expect((await questions(scene.olga)).join()).not.toContain(scene.dana.email);
  });

  test('needs the rights of its moment', async () => {
    const hers = await scene.item(scene.dana, 'etl');
    await revokeGrants(await scene.ines(), {
      organizationId: scene.id,
      person: { email: scene.olga.email },
      project: 'etl',
    });
    expect((await refusal(answer(scene.olga, hers, 'remove'))).code).toBe('forbidden');
    expect(await rolesOf(scene.dana)).toContain('developer in etl');
  });

  test('the second one finds the first, and whose it was', async () => {
    const hers = await scene.item(scene.dana, 'etl');
    await answer(scene.olga, hers, 'keep');
    const late = await refusal(answer(scene.jo, hers, 'remove'));
    expect(late.message).toContain(`${scene.olga.email} has kept it already`);
    expect(await rolesOf(scene.dana)).toContain('developer in etl');
  });

  test('about what has ended by its time, before anything has tidied up, says so and takes nothing', async () => {
    const hers = await scene.item(scene.dana, 'etl');
    await world.db.execute(sql`update grants set starts_at = null, expires_at = clock_timestamp()
      where organization_id = ${scene.id} and principal_id = ${await scene.acme.userId(scene.dana.email)}`);
    expect((await answer(scene.olga, hers, 'remove')).outcome).toBe('gone');
  });

  test('is not asked for any more about what was taken away, but about what only rests', async () => {
    const person = { email: scene.dana.email };
    const hers = await scene.item(scene.dana, 'etl');
    await revokeGrants(await scene.ines(), { organizationId: scene.id, person, project: 'etl' });
    const late = await refusal(answer(scene.olga, hers, 'remove'));
    expect(late.message).toContain('has ended already');
    const state = async (project: string | null) =>
      (await scene.items()).find(
        ({ email, projectName }) => email === person.email && projectName === project,
      )?.state;
    expect(await state('etl')).toBe('gone');
    await deactivateMember(await scene.ines(), { organizationId: scene.id, person });
    expect(await state('web')).toBe('open');
    await reactivateMember(await scene.ines(), { organizationId: scene.id, person });
    await removeMember(await scene.ines(), { organizationId: scene.id, person });
    expect(await state('web')).toBe('gone');
  });

  test('after the date is refused, even before anything has tidied up', async () => {
    await scene.pass('15 days');
    const late = await refusal(answer(scene.olga, await scene.item(scene.dana, 'etl'), 'keep'));
    expect(late.message).toContain('REV-1 is over');
  });
});

describe('what nobody answers', () => {
  beforeEach(() => scene.start());

  test('is warned of two days and one day before, each once, and at the last those who have it', async () => {
    await expireReviews(world.system);
    const asked = (await scene.said('review')).length;
    await scene.pass('12 days 1 hour');
    for (let tick = 0; tick < 2; tick += 1) await expireReviews(world.system);
    const warned = await scene.said('review');
    expect(warned.slice(asked).map(({ data }) => data.days)).toEqual(Array.from({ length: asked }, () => 2));
    expect(await scene.said('review-ending')).toEqual([]);
    await scene.pass('1 day');
    for (let tick = 0; tick < 2; tick += 1) await expireReviews(world.system);
    expect((await scene.said('review')).slice(2 * asked).map(({ data }) => data.days)).toEqual(
      Array.from({ length: asked }, () => 1),
    );
    const holders = await scene.said('review-ending');
    expect(holders.map(({ recipient }) => recipient)).toContain(scene.dana.account.externalId);
    expect(holders.length).toBe(new Set(holders.map(({ recipient }) => recipient)).size);
  });

  test('ends at the date with the reason in the audit, and its holder hears of it', async () => {
    await answer(scene.olga, await scene.item(scene.dana, 'etl'), 'keep');
    await scene.pass('15 days');
    const before = await scene.acme.sequence();
    expect(await expireReviews(world.system)).toBeGreaterThan(0);
    expect(await rolesOf(scene.dana)).toEqual(['developer in etl', 'member']);
    const actions = (await scene.acme.audited(before)).map(({ action, target }) => `${action} ${target}`);
    expect(actions).toContain(`grant.ended ${scene.dana.email}`);
    expect(actions.at(-1)).toBe('review.ended REV-1');
    expect(await scene.said('review-done')).toMatchObject([
      { recipient: scene.acme.admin.account.externalId },
    ]);
    expect((await scene.said('review-access-ended')).map(({ recipient }) => recipient)).toContain(
      scene.dana.account.externalId,
    );
    expect(await expireReviews(world.system)).toBe(0);
  });

  test('rule 6: never ends the last administrator’s role', async () => {
    await scene.pass('15 days');
    await expireReviews(world.system);
    const admins = [await rolesOf(scene.acme.admin), await rolesOf(scene.jo)].filter((roles) =>
      roles.includes('admin'),
    );
    expect(admins).toHaveLength(1);
    const states = (await scene.items()).filter(({ projectName }) => !projectName).map(({ state }) => state);
    expect(states.sort()).toEqual(['ended', 'unanswered']);
  });

  test('and nobody else could have answered stays as it is', async () => {
    await endReview(await scene.ines(), { organizationId: scene.id });
    await scene.grant(scene.acme.admin, 'web', 'runner');
    await changeMemberRole(await scene.ines(), {
      organizationId: scene.id,
      person: { email: scene.jo.email },
      role: 'member',
    });
    await scene.start();
    await scene.pass('15 days');
    await expireReviews(world.system);
    expect(await rolesOf(scene.acme.admin)).toEqual(expect.arrayContaining(['admin', 'runner in web']));
  });

  test('stays where an administrator ends the review early', async () => {
    const before = await rolesOf(scene.dana);
    const ended = await endReview(await scene.ines(), { organizationId: scene.id });
    expect(ended.unanswered).toBeGreaterThan(0);
    expect(await rolesOf(scene.dana)).toEqual(before);
    const again = endReview(await scene.ines(), { organizationId: scene.id });
    expect((await refusal(again)).message).toContain('no open access review');
    const refused = async (who: Person) => endReview(await world.as(who), { organizationId: scene.id });
    expect((await refusal(refused(scene.dana))).code).toBe('forbidden');
  });
});

describe('what a review has ended', () => {
  const restore = async (who: Person, item: string) =>
    restoreReviewed(await world.as(who), { organizationId: scene.id, item });
  let hers: string;
  beforeEach(async () => {
    await scene.start();
    hers = await scene.item(scene.dana, 'web');
    await answer(scene.jo, await scene.item(scene.acme.admin, null), 'keep');
    await scene.pass('15 days');
    await expireReviews(world.system);
  });

  test('is given back with the same terms, once, by who may give it', async () => {
    expect((await refusal(restore(scene.dana, hers))).code).toBe('not-found');
    const before = (await scene.items()).find(({ projectName, email }) =>
      projectName === 'web' ? email === scene.dana.email : false,
    );
    expect(await restore(scene.acme.admin, hers)).toMatchObject({ access: 'runner in web' });
    const held = (await scene.acme.holder(scene.dana)).roles.find(({ project }) => project === 'web');
    expect(held?.until).toEqual(before?.expiresAt);
    const twice = await refusal(restore(scene.acme.admin, hers));
    expect(twice.message).toContain(`restored already by ${scene.acme.admin.email}`);
  });

  test('is not given back after a week', async () => {
    await scene.pass('8 days');
    expect((await refusal(restore(scene.acme.admin, hers))).message).toContain('over a week ago');
    expect(await rolesOf(scene.dana)).not.toContain('runner in web');
  });

  test('is nothing that somebody took away by an answer', async () => {
    const kept = (await scene.items()).find(({ state }) => state === 'kept');
    const refused = await refusal(restore(scene.acme.admin, `REV-1.${kept?.number}`));
    expect(refused.message).toContain('did not end in the review');
  });
});
