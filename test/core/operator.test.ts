import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_CHAIN } from '../../src/core/audit/append.ts';
import { verifyChain } from '../../src/core/audit/verify.ts';
import type { Context } from '../../src/core/context.ts';
import { acceptBaseline } from '../../src/core/drift/baseline.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { deleteOrganization } from '../../src/core/organization/delete.ts';
import { findOrganization } from '../../src/core/organization/find.ts';
import { listAllOrganizations } from '../../src/core/organization/list-all.ts';
import { moveDefault } from '../../src/core/organization/move-default.ts';
import { renameOrganization } from '../../src/core/organization/rename.ts';
import { tenantTables } from '../../src/core/organization/tenant-tables.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { listOperatorRequests } from '../../src/core/request/list.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { addOperator } from '../../src/core/user/add-operator.ts';
import { confirmLink } from '../../src/core/user/confirm-link.ts';
import { makeSetupCode } from '../../src/core/user/make-setup-code.ts';
import { operatorLinkCode } from '../../src/core/user/operator-link-code.ts';
import { removeOperator } from '../../src/core/user/remove-operator.ts';
import { startLink } from '../../src/core/user/start-link.ts';
import { rowsOf } from '../../src/db/client.ts';
import { embeddedDatabase } from '../support/database.ts';
import { addOperator as nameOperator } from '../support/operators.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let first: Minted;
let olga: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database, { mail: false });
  const code = await makeSetupCode(world.system);
  olga = world.stranger('Olga');
  await confirmLink(await world.as(olga), { code: code ?? '', email: olga.email });
  world.installation.mail = true;
  first = await mintOrganization(world, 'First');
});

const asOperator = async (): Promise<Context> => world.as(olga);
const installationEvents = async () =>
  rowsOf<{ action: string; target: string; actor: string }>(
    await world.db.execute(sql`
      select action, target, actor from audit where organization_id = ${INSTALLATION_CHAIN} order by sequence desc`),
  );

describe('rule 7: there is exactly one default organization', () => {
  test('rule 7, CD-04: the first one gets the mark in the chain of the installation, as every move does', async () => {
    const marks = (await installationEvents()).filter(
      (event) => event.action === 'installation.default-moved',
    );
    expect(marks).toEqual([
      { action: 'installation.default-moved', target: first.slug, actor: first.admin.email },
    ]);
    expect((await verifyChain(world.db, INSTALLATION_CHAIN)).broken).toBeUndefined();
  });

  test('rule 7: the first one created is it, and it cannot be deleted', async () => {
    const { items } = await listAllOrganizations(await asOperator(), { size: 100 });
    expect(items.filter((item) => item.isDefault).map((item) => item.slug)).toEqual([first.slug]);
    const refused = await refusal(
      deleteOrganization(await asOperator(), { organizationId: first.id, slug: first.slug }),
    );
    expect(refused.code).toBe('wrong-state');
    expect(await findOrganization(world.db, first.slug)).toBeDefined();
  });

  test('CD-06 and rule 7: operators move the mark to another one; there is never none and never two', async () => {
    const second = await mintOrganization(world, 'Second');
    const before = await second.sequence();
    expect(await moveDefault(await asOperator(), { organizationId: second.id })).toMatchObject({
      name: 'Second',
      before: 'First',
      moved: true,
    });
    const { items } = await listAllOrganizations(await asOperator(), { size: 100 });
    expect(items.filter((item) => item.isDefault).map((item) => item.slug)).toEqual([second.slug]);
    expect((await second.audited(before)).map((event) => event.action)).toEqual([
      'installation.default-moved',
    ]);
    expect((await installationEvents())[0]).toMatchObject({
      action: 'installation.default-moved',
      target: second.slug,
      actor: olga.email,
    });
    expect(await moveDefault(await asOperator(), { organizationId: second.id })).toMatchObject({
      moved: false,
    });
    await moveDefault(await asOperator(), { organizationId: first.id });
  });
});

describe('rule 11: operators do what is theirs, and nobody else does', () => {
  test('rule 11: an administrator is refused every verb of the operators', async () => {
    const ines = await world.as(first.admin);
    const here = { organizationId: first.id };
    const attempts = [
      listAllOrganizations(ines),
      moveDefault(ines, here),
      renameOrganization(ines, { ...here, name: 'Mine' }),
      deleteOrganization(ines, { ...here, slug: first.slug }),
      addOperator(ines, { email: first.admin.email }),
      removeOperator(ines, { email: olga.email }),
      operatorLinkCode(ines, { email: olga.email }),
    ];
    for (const attempt of attempts) expect((await refusal(attempt)).code).toBe('forbidden');
    expect((await asOperator()).actor).toMatchObject({ operator: true });
    expect((await world.as(first.admin)).actor).toMatchObject({ operator: false });
  });

  test('CD-12 operators rename an organization; a taken or impossible slug is refused', async () => {
    const acme = await mintOrganization(world);
    const before = await acme.sequence();
    const renamed = await renameOrganization(await asOperator(), {
      organizationId: acme.id,
      name: 'Acme Corp',
      slug: `${acme.slug}-corp`,
    });
    expect(renamed).toMatchObject({ changed: true, before: { slug: acme.slug } });
    expect(await findOrganization(world.db, `${acme.slug}-corp`)).toMatchObject({ name: 'Acme Corp' });
    expect(await acme.audited(before)).toMatchObject([{ action: 'organization.renamed' }]);
    const rename = async (slug: string) =>
      renameOrganization(await asOperator(), { organizationId: acme.id, slug });
    expect((await refusal(rename(first.slug))).code).toBe('taken');
    expect((await refusal(rename('—'))).code).toBe('invalid');
    expect(await rename(`${acme.slug}-corp`)).toMatchObject({ changed: false });
    expect(await acme.sequence()).toBe(before + 1);
    const nowhere = renameOrganization(await asOperator(), { organizationId: INSTALLATION_CHAIN, name: 'x' });
    expect((await refusal(nowhere)).code).toBe('not-found');
  });

  test('rule 10: a request that nobody in the organization may decide goes to the operators, who decide it', async () => {
    const acme = await mintOrganization(world);
    await acme.project('etl');
    const ask = async (role: string) =>
      openRequest(await world.as(acme.admin), { organizationId: acme.id, project: 'etl', role, reason: 'x' });
    const approve = async (request: string) =>
      approveRequest(await asOperator(), { organizationId: acme.id, request });
    const opened = await ask('developer');
    expect(opened).toMatchObject({ toOperators: true, deciders: [] });
    const cards = sql`
      select count(*) as count from messages where subject_id = ${opened.id} and recipient = ${olga.account.externalId}`;
    expect(await world.count(cards)).toBe(1);
    const listed = await listOperatorRequests(await asOperator());
    expect(listed).toMatchObject([{ name: opened.name, organization: acme.slug }]);
    expect(await listOperatorRequests(await world.as(acme.admin))).toEqual([]);
    expect(
      (
        await refusal(
          approveRequest(await world.as(acme.admin), { organizationId: acme.id, request: opened.name }),
        )
      ).code,
    ).toBe('own-request');
    expect(await approve(opened.name)).toMatchObject({ requester: acme.admin.email });
    expect((await acme.holder(acme.admin)).roles.map((held) => held.role)).toContain('developer');
    expect((await acme.audited()).map((event) => event.action)).toContain('request.approved');
    const dana = await acme.member('Dana');
    const byDana = await openRequest(await world.as(dana), {
      organizationId: acme.id,
      project: 'etl',
      role: 'runner',
      reason: 'x',
    });
    expect(byDana).toMatchObject({ toOperators: false, deciders: [acme.admin.email] });
    expect((await refusal(approve(byDana.name))).code).toBe('not-member');
    await approveRequest(await world.as(acme.admin), { organizationId: acme.id, request: byDana.name });
  });

  test('an operator is added and removed by another one; the last one stays', async () => {
    const sam = await world.person('Sam');
    expect(await addOperator(await asOperator(), { email: sam.email })).toEqual({
      email: sam.email,
      added: true,
    });
    expect(await addOperator(await asOperator(), { email: sam.email })).toEqual({
      email: sam.email,
      added: false,
    });
    expect((await world.as(sam)).actor).toMatchObject({ operator: true });
    expect((await installationEvents())[0]).toEqual({
      action: 'operator.added',
      target: sam.email,
      actor: olga.email,
    });
    await removeOperator(await world.as(sam), { email: sam.email });
    expect((await world.as(sam)).actor).toMatchObject({ operator: false });
    expect((await refusal(removeOperator(await asOperator(), { email: sam.email }))).code).toBe('not-found');
    expect((await refusal(removeOperator(await asOperator(), { email: olga.email }))).code).toBe(
      'wrong-state',
    );
    const ctx = await asOperator();
    const named = { ...ctx, installation: { ...ctx.installation, operators: ['someone@example.com'] } };
    expect((await refusal(removeOperator(named, { email: 'someone@example.com' }))).code).toBe('wrong-state');
    await removeOperator(named, { email: olga.email });
    expect((await asOperator()).actor).toMatchObject({ operator: false });
    expect((await refusal(addOperator(ctx, { email: olga.email }))).code).toBe('forbidden');
    await nameOperator(world, olga);
  });

  test('where no mail is configured an operator hands out the newest code, audited; with mail nobody does', async () => {
    const noMail: World = createWorld(world.database, { ...world.installation, mail: false });
    const pat = noMail.stranger('Pat');
    const operator = { ...(await asOperator()), installation: noMail.installation };
    expect((await refusal(operatorLinkCode(operator, { email: pat.email }))).code).toBe('not-found');
    await startLink(await noMail.as(pat), { email: pat.email, workspaceName: 'x' });
    const shown = await operatorLinkCode(operator, { email: pat.email.toUpperCase() });
    expect(shown).toMatchObject({ email: pat.email, account: pat.account });
    expect((await installationEvents())[0]).toMatchObject({ action: 'link-code.shown', target: pat.email });
    expect(await confirmLink(await noMail.as(pat), { code: shown.code })).toMatchObject({ email: pat.email });
    expect((await refusal(operatorLinkCode(operator, { email: pat.email }))).code).toBe('not-found');
    expect((await refusal(operatorLinkCode(await asOperator(), { email: pat.email }))).code).toBe(
      'forbidden',
    );
  });
});

describe('an organization is deleted', () => {
  test('every row of it goes but its audit, which stays whole and ends with the deletion', async () => {
    const acme = await mintOrganization(world);
    await acme.project('etl');
    const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'owner' }] });
    await acceptBaseline(await world.as(acme.admin), acme.organization);
    await openRequest(await world.as(dana), { organizationId: acme.id, role: 'admin', reason: 'x' });
    await invite(acme, 'late@example.com', { projects: [{ project: 'etl', role: 'runner' }] });
    const token = await acme.token('late@example.com');
    const wrong = deleteOrganization(await asOperator(), { organizationId: acme.id, slug: 'acme' });
    expect((await refusal(wrong)).field).toBe('slug');
    expect(await findOrganization(world.db, acme.id)).toBeDefined();
    const others = await first.sequence();
    expect(
      await deleteOrganization(await asOperator(), { organizationId: acme.id, slug: acme.slug }),
    ).toEqual({
      slug: acme.slug,
      name: 'Acme',
      members: 2,
    });
    const columns = rowsOf<{ table_name: string }>(
      await world.db.execute(sql`
        select table_name from information_schema.columns
        where column_name = 'organization_id' and table_schema = 'public'`),
    ).map((row) => row.table_name);
    expect(columns).toContain('audit');
    expect(columns).toHaveLength(tenantTables.length + 1);
    for (const name of columns.filter((column) => column !== 'audit')) {
      const left = sql`select count(*) as count from ${sql.identifier(name)} where organization_id = ${acme.id}`;
      expect([name, await world.count(left)]).toEqual([name, 0]);
    }
    expect(await findOrganization(world.db, acme.id)).toBeUndefined();
    const events = await acme.audited();
    expect(events.at(-1)).toMatchObject({ action: 'organization.deleted', target: acme.slug });
    const [last] = rowsOf<{ event: string }>(
      await world.db.execute(sql`
        select event from audit where organization_id = ${INSTALLATION_CHAIN} order by sequence desc limit 1`),
    );
    expect(JSON.parse(last?.event ?? '{}')).toMatchObject({
      action: 'organization.deleted',
      facts: { organization: acme.id, events: events.length },
    });
    expect((await verifyChain(world.db, INSTALLATION_CHAIN)).broken).toBeUndefined();
    expect((await refusal(acceptInvitation(world.system, { token }))).code).toBe('not-found');
    expect(await first.sequence()).toBe(others);
    const told = rowsOf<{ recipient: string; organization_id: string | null; data: unknown }>(
      await world.db.execute(sql`
        select recipient, organization_id, data from messages where notice = 'organization-deleted'`),
    );
    expect(told.map((message) => message.organization_id)).toEqual([null, null]);
    expect(told[0]?.data).toEqual({ slug: acme.slug, name: 'Acme' });
    const again = deleteOrganization(await asOperator(), { organizationId: acme.id, slug: acme.slug });
    expect((await refusal(again)).code).toBe('not-found');
  });
});
