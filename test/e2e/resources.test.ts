import { beforeAll, describe, expect, test } from 'vitest';
import { foundAcme } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const SECRET = /rc_usr_[0-9A-Za-z]{71}/;

describe.each(platforms)('what is registered in chat decides over HTTP, on $platform', ({ startSide }) => {
  let story: Story;
  let ada: Seat;
  let ben: Seat;
  let token = '';

  beforeAll(async () => {
    story = await startStory(startSide);
    ({ ada, ben } = await foundAcme(story));
    await ada.types('/access token create decisions');
    const window = await ada.sees(SECRET, 'form');
    token = SECRET.exec(window.text)?.[0] ?? '';
    return story.end;
  });

  const may = async (email: string, name: string, resource: object): Promise<unknown> => {
    const answer = await fetch(`${story.app.origin}/access/v1/evaluation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ subject: { type: 'user', id: email }, action: { name }, resource }),
    });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { decision: unknown }).decision;
  };

  test('a thing registered in a project is decided there, whatever its caller says of it', async () => {
    await ada.types(`/org access grant ${ben.email} search-prod developer`);
    await ada.sees([ben.email, 'developer']);
    const nightly = { type: 'flows', id: 'nightly' };
    expect(await may(ben.email, 'delete', nightly)).toBe(false);
    expect(await may(ben.email, 'delete', { ...nightly, properties: { project: 'search-prod' } })).toBe(true);
    await ada.types('/org resource add flows nightly project:data-lake');
    await ada.sees(['flows nightly is registered', 'Workspace: data-lake']);
    expect(await may(ben.email, 'delete', { ...nightly, properties: { project: 'search-prod' } })).toBe(
      false,
    );
    await ada.types('/org resource list');
    await ada.clicks('Remove');
    await ada.sees(['Take flows nightly off the register?', 'Nothing has changed yet']);
    await ada.clicks('Remove');
    await ada.sees('flows nightly is no longer registered');
    expect(await may(ben.email, 'delete', { ...nightly, properties: { project: 'search-prod' } })).toBe(true);
  });

  test('what is missing is asked for in a form, and a bad type says what to type instead', async () => {
    await ada.types('/org resource add');
    await ada.sees('Register a resource', 'form');
    await ada.submits({ Type: 'flows', Name: 'from a form' });
    await ada.sees('flows from a form is registered');
    await story.nothingHappens(async () => {
      await ada.types('/org resource add type:project name:x');
      await ada.sees(['is the type of workspaces', '/org project create']);
      await ada.types('/org resource add flows "from a form"');
      await ada.sees('already');
      await ben.types('/org resource list');
      await ben.sees(["You can't", 'registry:write']);
    });
  });

  test('the metadata document names the true address', async () => {
    const answer = await fetch(`${story.app.origin}/.well-known/authzen-configuration`);
    expect(await answer.json()).toMatchObject({
      policy_decision_point: story.app.origin,
      access_evaluation_endpoint: `${story.app.origin}/access/v1/evaluation`,
    });
  });
});
