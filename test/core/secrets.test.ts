import { beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/core/secret.ts';
import { makeSetupCode } from '../../src/core/user/make-setup-code.ts';
import { linkCode } from '../../src/core/user/start-link.ts';
import { serverDatabase } from '../support/database.ts';
import { invite, mintOrganization } from '../support/organization.ts';
import { allRows } from '../support/rows.ts';
import { setScene, verbs } from '../support/verbs.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});

test('abuse 37: no link, no code and no key stands in any row, whatever has been done', async () => {
  const setup = await makeSetupCode(world.system);
  const secrets = [world.installation.secretKey, setup ?? ''];
  for (const verb of verbs) {
    const scene = await setScene(await mintOrganization(world));
    const ctx = await world.as(verb.by === 'dana' ? scene.dana : scene.here.admin);
    secrets.push(await scene.here.token(scene.invited), await scene.here.token(scene.dana.email));
    await verb.run(ctx, scene.here.id, scene);
  }
  const codes = await world.db.query.linkCodes.findMany();
  secrets.push(...codes.map((row) => linkCode(world.installation.secretKey, row.id)));
  expect(secrets.length).toBeGreaterThan(100);
  const rows = await allRows(world.db);
  const jobs = JSON.stringify(world.jobs);
  for (const secret of secrets) {
    const found = Object.entries(rows).filter(([, text]) =>
      text.includes(secret.split('.').at(-1) ?? secret),
    );
    expect(found.map(([table]) => table)).toEqual([]);
    expect(jobs).not.toContain(secret);
  }
}, 60_000);

test('the search would find a secret: what is stored of a link is its hash', async () => {
  const acme = await mintOrganization(world);
  await invite(acme, 'canary@example.com');
  const rows = await allRows(world.db);
  expect(rows.invitations).toContain(sha256(await acme.token('canary@example.com')));
  expect(rows.invitations).toContain('canary@example.com');
});
