import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/core/audit/verify.ts';
import { newId } from '../../src/core/id.ts';
import { createProject } from '../../src/core/project/create.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { allRows } from '../support/rows.ts';
import { type Scene, setScene, verbs } from '../support/verbs.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let globex: Minted;
let scene: Scene;
let plain: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  globex = await mintOrganization(world, 'Globex');
  const acme = await mintOrganization(world);
  scene = await setScene(acme);
  plain = await acme.member('Plain');
});

const actor = async ({ by }: { by?: 'dana' }, of = scene) =>
  world.as(by === 'dana' ? of.dana : of.here.admin);

describe('a refused verb changes nothing', () => {
  test.each(verbs.filter((verb) => verb.refused))('$name is refused to a plain member', async (verb) => {
    const before = await allRows(world.db);
    const { code } = await refusal(verb.run(await world.as(plain), scene.here.id, scene));
    expect(code).toBe(verb.refused);
    expect(await allRows(world.db)).toEqual(before);
  });

  test.each(verbs)('rule 8: $name in another organization is answered like one in none', async (verb) => {
    const before = await allRows(world.db);
    const theirs = await refusal(verb.run(await world.as(globex.admin), scene.here.id, scene));
    const none = await refusal(verb.run(await world.as(globex.admin), newId(), scene));
    expect(theirs).toEqual(none);
    expect(theirs.code).toBe('not-found');
    expect(await allRows(world.db)).toEqual(before);
  });

  test.each(verbs.filter((verb) => verb.names))(
    'rule 8: $name finds nothing of another organization in one’s own',
    async (verb) => {
      const before = await allRows(world.db);
      const { code, message } = await refusal(verb.run(await world.as(globex.admin), globex.id, scene));
      expect(code).toBe('not-found');
      expect(message).not.toContain('Acme');
      expect(await allRows(world.db)).toEqual(before);
    },
  );
});

describe('rule 9: a change, its audit and its jobs are one', () => {
  /** Postgres refuses the audit's rows from now on, as with a full disk. */
  const breakAudit = async () => {
    await world.db.execute(sql`
      create function refuse_audit() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`);
    await world.db.execute(
      sql`create trigger refuse_audit before insert on audit for each row execute function refuse_audit()`,
    );
  };
  const repairAudit = async () => {
    await world.db.execute(sql`drop trigger refuse_audit on audit`);
    await world.db.execute(sql`drop function refuse_audit`);
  };

  test.each(verbs)(
    'rule 9: $name does nothing without its audit or without its jobs, and all of it at once',
    async (verb) => {
      const fresh = await setScene(await mintOrganization(world));
      const ctx = await actor(verb, fresh);
      const run = (with_ = ctx) =>
        verb.run({ ...with_, interaction: `${verb.name}-${fresh.here.id}` }, fresh.here.id, fresh);
      const before = await allRows(world.db);
      await breakAudit();
      try {
        await expect(run()).rejects.toThrow(/audit/);
      } finally {
        await repairAudit();
      }
      expect(await allRows(world.db)).toEqual(before);
      const failing = {
        ...ctx,
        enqueue: async () => {
          throw new Error('the queue is gone');
        },
      };
      const queued = world.jobs.length;
      const sequence = await fresh.here.sequence();
      const lost = await run(failing).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (lost !== undefined) {
        expect(lost).toContain('the queue is gone');
        expect(await allRows(world.db)).toEqual(before);
        await run();
      }
      const events = await fresh.here.audited(sequence);
      expect(events.length).toBeGreaterThan(0);
      expect(world.jobs.length > queued).toBe(lost !== undefined);
      expect((await verifyChain(world.db, fresh.here.id)).broken).toBeUndefined();
    },
  );

  test('rule 9: a change inside a transaction that fails afterwards never was', async () => {
    const ctx = await world.as(scene.here.admin);
    const before = await allRows(world.db);
    const failing = world.db.transaction(async (tx) => {
      await createProject({ ...ctx, db: tx }, { organizationId: scene.here.id, name: 'undone' });
      throw new Error('later trouble');
    });
    await expect(failing).rejects.toThrow('later trouble');
    expect(await allRows(world.db)).toEqual(before);
  });
});
