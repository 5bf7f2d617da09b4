import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/core/id.ts';
import { codeOf, constraintOf, type Database, type Db, rowsOf } from '../../src/db/client.ts';
import {
  grants,
  installation,
  invitationProjects,
  invitations,
  members,
  principals,
  projects,
  requests,
  reviewers,
  reviewItems,
  reviews,
  roles,
} from '../../src/db/schema/index.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const FOREIGN_KEY = '23503';
const CHECK = '23514';
const FINAL = '23001';

const refusedWith = async (run: PromiseLike<unknown>): Promise<string | undefined> =>
  run.then(
    () => 'it was not refused',
    (error: unknown) => codeOf(error),
  );

describe.each([
  ['a server', () => serverDatabase()],
  ['the embedded database', () => embeddedDatabase()],
] satisfies [string, () => Promise<{ database: Database }>][])(
  'rule 8: rows that cross organizations are refused by %s itself',
  (_name, open) => {
    let world: World;
    let db: Db;
    let acme: Minted;
    let globex: Minted;
    let dana: Person;
    let ids: Record<'dana' | 'ours' | 'theirs', string>;

    const roleOf = async (here: Minted, name: string): Promise<string> => {
      const found = (await db.select().from(roles).where(eq(roles.organizationId, here.id))).find(
        (role) => role.name === name,
      );
      if (!found) throw new Error(`No role ${name}`);
      return found.id;
    };

    beforeAll(async () => {
      world = createWorld((await open()).database);
      db = world.db;
      acme = await mintOrganization(world);
      globex = await mintOrganization(world, 'Globex');
      dana = await acme.member('Dana');
      ids = {
        dana: await acme.userId(dana.email),
        ours: (await acme.project('etl')).id,
        theirs: (await globex.project('etl')).id,
      };
    });

    const grant = async (over: Partial<typeof grants.$inferInsert>) =>
      refusedWith(
        db.insert(grants).values({
          organizationId: acme.id,
          principalId: ids.dana,
          projectId: ids.ours,
          roleId: await roleOf(acme, 'runner'),
          ...over,
        }),
      );

    test('rule 8: a grant in another organization’s project', async () => {
      expect(await grant({ projectId: ids.theirs })).toBe(FOREIGN_KEY);
    });

    test('rule 8: a grant of another organization’s role', async () => {
      expect(await grant({ roleId: await roleOf(globex, 'runner') })).toBe(FOREIGN_KEY);
    });

    test('rule 8: a grant to somebody of another organization', async () => {
      expect(
        await grant({
          organizationId: globex.id,
          projectId: ids.theirs,
          roleId: await roleOf(globex, 'runner'),
        }),
      ).toBe(FOREIGN_KEY);
    });

    test('rule 8: an organization role granted in a project, even under a forged scope', async () => {
      const roleId = await roleOf(acme, 'admin');
      expect(await grant({ roleId })).toBe(FOREIGN_KEY);
      expect(await grant({ roleId, roleScope: 'organization' })).toBe(CHECK);
    });

    test('rule 8: a project role, or another organization’s role, as a member’s organization role', async () => {
      const give = async (change: Partial<typeof principals.$inferInsert>) =>
        refusedWith(db.update(principals).set(change).where(eq(principals.id, ids.dana)));
      expect(await give({ roleId: await roleOf(acme, 'owner') })).toBe(FOREIGN_KEY);
      expect(await give({ roleId: await roleOf(acme, 'owner'), roleScope: 'project' })).toBe(CHECK);
      expect(await give({ roleId: await roleOf(globex, 'admin') })).toBe(FOREIGN_KEY);
      const until = new Date(Date.now() + 3_600_000);
      expect(await give({ roleUntil: until, roleAfterId: await roleOf(globex, 'admin') })).toBe(FOREIGN_KEY);
    });

    test('rule 8: another organization’s role, or an organization role, as a project’s default role', async () => {
      const set = async (defaultRoleId: string) =>
        refusedWith(db.update(projects).set({ defaultRoleId }).where(eq(projects.id, ids.ours)));
      expect(await set(await roleOf(globex, 'runner'))).toBe(FOREIGN_KEY);
      expect(await set(await roleOf(acme, 'admin'))).toBe(FOREIGN_KEY);
    });

    test('rule 8: an invitation that gives another organization’s role or project', async () => {
      await invite(acme, 'border@example.com');
      const [invitation] = await db.select().from(invitations).where(eq(invitations.organizationId, acme.id));
      const invitationId = invitation?.id ?? '';
      const roleId = await roleOf(acme, 'runner');
      const give = (over: object) =>
        refusedWith(
          db
            .insert(invitationProjects)
            .values({ organizationId: acme.id, invitationId, projectId: ids.ours, roleId, ...over }),
        );
      expect(await give({ projectId: ids.theirs })).toBe(FOREIGN_KEY);
      expect(await give({ roleId: await roleOf(globex, 'runner') })).toBe(FOREIGN_KEY);
      expect(await give({ organizationId: globex.id })).toBe(FOREIGN_KEY);
      const role = await roleOf(globex, 'admin');
      const set = db.update(invitations).set({ roleId: role }).where(eq(invitations.organizationId, acme.id));
      expect(await refusedWith(set)).toBe(FOREIGN_KEY);
    });

    test('rule 8: a request for another organization’s role or project, or by somebody of another one', async () => {
      const ask = async (over: Partial<typeof requests.$inferInsert>) =>
        refusedWith(
          db.insert(requests).values({
            organizationId: acme.id,
            id: newId(),
            number: 900,
            requesterId: ids.dana,
            beneficiaryId: ids.dana,
            roleName: 'runner',
            projectName: 'etl',
            roleId: await roleOf(acme, 'runner'),
            roleScope: 'project',
            roleVersion: 1,
            projectId: ids.ours,
            contentHash: '',
            askedOn: 'slack',
            askedIn: 'T1',
            expiresAt: new Date(Date.now() + 3_600_000),
            ...over,
          }),
        );
      expect(await ask({ projectId: ids.theirs })).toBe(FOREIGN_KEY);
      expect(await ask({ roleId: await roleOf(globex, 'runner') })).toBe(FOREIGN_KEY);
      expect(await ask({ requesterId: await globex.userId(globex.admin.email) })).toBe(FOREIGN_KEY);
    });

    test('rule 8: an access review that asks about, or asks, another organization’s members', async () => {
      const startsAt = { endsAt: new Date(Date.now() + 86_400_000) };
      const [ours, theirs] = [newId(), newId()];
      await db.insert(reviews).values({ organizationId: acme.id, id: ours, number: 1, ...startsAt });
      await db.insert(reviews).values({ organizationId: globex.id, id: theirs, number: 1, ...startsAt });
      const about = async (over: Partial<typeof reviewItems.$inferInsert>) =>
        refusedWith(
          db.insert(reviewItems).values({
            organizationId: acme.id,
            reviewId: ours,
            number: 1,
            userId: ids.dana,
            email: dana.email,
            roleId: newId(),
            roleName: 'runner',
            ...over,
          }),
        );
      const stranger = await globex.userId(globex.admin.email);
      expect(await about({ reviewId: theirs })).toBe(FOREIGN_KEY);
      expect(await about({ userId: stranger })).toBe(FOREIGN_KEY);
      const asked = (over: object) =>
        refusedWith(
          db
            .insert(reviewers)
            .values({ organizationId: acme.id, reviewId: ours, userId: ids.dana, cardId: newId(), ...over }),
        );
      expect(await asked({ reviewId: theirs })).toBe(FOREIGN_KEY);
      expect(await asked({ userId: stranger })).toBe(FOREIGN_KEY);
    });

    test('rule 8: a membership without its principal, and a principal that changes its kind', async () => {
      const adrift = db
        .insert(members)
        .values({ organizationId: globex.id, userId: ids.dana, email: 'x@example.com' });
      expect(await refusedWith(adrift)).toBe(FOREIGN_KEY);
      const turned = db
        .update(principals)
        .set({ kind: 'token', roleId: null })
        .where(eq(principals.id, ids.dana));
      expect(await refusedWith(turned)).toBe(FOREIGN_KEY);
    });

    test('rule 7: the default organization cannot be deleted, even when nothing else points at it', async () => {
      const [row] = await db.select().from(installation);
      expect(row?.defaultOrganizationId).toBe(acme.id);
      const elsewhere = db.transaction(async (tx) => {
        await tx.execute(sql`alter table ledgers drop constraint ledgers_organization`);
        const others = rowsOf<{ owner: string; name: string }>(
          await tx.execute(sql`
            select conrelid::regclass::text as owner, conname as name from pg_constraint
            where confrelid = 'organizations'::regclass and conrelid <> 'installation'::regclass`),
        );
        for (const { owner, name } of others) {
          await tx.execute(sql`alter table ${sql.raw(owner)} drop constraint ${sql.identifier(name)}`);
        }
        await tx.execute(sql`delete from organizations where id = ${acme.id}`);
      });
      await expect(elsewhere).rejects.toSatisfy(
        (error) => constraintOf(error) === 'installation_default_organization',
      );
    });

    test('rule 9: an audit event cannot be changed, deleted or truncated away', async () => {
      const here = sql`where organization_id = ${acme.id}`;
      expect(await refusedWith(db.execute(sql`update audit set actor = 'nobody' ${here}`))).toBe(FINAL);
      expect(await refusedWith(db.execute(sql`delete from audit ${here}`))).toBe(FINAL);
      expect(await refusedWith(db.execute(sql`truncate audit`))).toBe(FINAL);
      expect(await refusedWith(db.execute(sql`truncate audit cascade`))).toBe(FINAL);
    });
  },
);
