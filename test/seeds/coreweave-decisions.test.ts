import { beforeAll, describe, expect, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { type Company, foundCompany } from './company.ts';

const SECRET = /rc_org_[0-9A-Za-z]{71}/;

describe.each(platforms)('CoreWeave: programs ask for decisions, on $platform', ({ startSide }) => {
  let c: Company;
  beforeAll(async () => {
    c = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant-prod'],
      joining: 'no-access',
    });
    return c.story.end;
  });

  const ask = async (secret: string, email: string, name: string): Promise<[number, unknown]> => {
    const answer = await fetch(`${c.story.app.origin}/access/v1/evaluation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        subject: { type: 'user', id: email },
        action: { name },
        resource: { type: 'project', id: 'tenant-prod' },
      }),
    });
    return [answer.status, ((await answer.json()) as { decision?: unknown }).decision];
  };

  test('CW-33 CW-34 CW-41 a token with a role of the organization asks about namespaces; a plain one is refused', async () => {
    const { ada, ben } = c;
    await ada.types('/org token create gateway role:admin-read');
    const shown = await ada.sees([SECRET, 'admin-read in the organization'], 'form');
    const secret = SECRET.exec(shown.text)?.[0] ?? '';
    expect(await ask(secret, ben.email, 'r:pods')).toEqual([200, false]);
    await ada.types(`/org access grant ${ben.email} tenant-prod namespace-user`);
    await ada.sees([ben.email, 'namespace-user']);
    expect(await ask(secret, ben.email, 'r:pods')).toEqual([200, true]);
    expect(await ask(secret, ben.email, 'w:pods')).toEqual([200, false]);
    await ada.types('/org token list');
    await ada.sees(['gateway', 'admin-read (organization role)']);
    await ada.types('/org token create plain');
    const plain = await ada.sees([SECRET, 'no access yet'], 'form');
    expect((await ask(SECRET.exec(plain.text)?.[0] ?? '', ben.email, 'r:pods'))[0]).toBe(403);
  });

  test('CW-05 CW-08 a member gives a token no role, and nobody gives one the administrator’s', async () => {
    const { story, ada, ben } = c;
    await story.nothingHappens(async () => {
      await ben.types('/org token create mine role:admin-read');
      await ben.sees(['Not done', 'tokens:write']);
      await ada.types('/org token create chief role:admin');
      await ada.sees(['No token was created', 'never for a token']);
    });
  });
});
