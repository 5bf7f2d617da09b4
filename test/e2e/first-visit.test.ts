import { beforeAll, describe, expect, test } from 'vitest';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('from the first visit to an approved request, on $platform', ({ startSide }) => {
  let story: Story;
  let ada: Seat;
  let dana: Seat;
  beforeAll(async () => {
    story = await startStory(startSide);
    ada = story.seat('ada');
    dana = story.seat('dana');
    return story.end;
  });

  test('PF-04 a newcomer creates an organization and runs it', async () => {
    await ada.types('/org');
    await ada.sees('No organization is connected to this workspace yet');
    await ada.clicks('Create organization');
    await ada.submits({ Name: 'Acme' });
    await ada.sees(['Acme', 'admin']);
    await ada.types('/org project create search-prod');
    await ada.sees('search-prod');
  });

  test('PF-09 PF-10 an invitation is one command, and its letter brings a link that works', async () => {
    await ada.types(`/org invite send ${dana.email} role:member`);
    await ada.sees([`Invitation sent to ${dana.email}`, 'member']);
    const { status, page } = await dana.opensLink();
    expect(status).toBe(200);
    expect(page).toContain('Acme');
    expect(page).toContain(ada.email);
  });

  test('PF-11 PF-12 whoever accepts is a member with the role of the invitation, exactly once', async () => {
    expect((await dana.accepts()).status).toBe(200);
    await story.nothingHappens(async () => {
      const again = await dana.accepts();
      expect(again.status).toBe(410);
      expect(again.page).toContain('accepted');
    });
    await dana.types('/access whoami');
    await dana.sees(['dana@acme.example', 'Acme', 'member']);
  });

  test('asks for a role, the one who may decide gets a card with what it would change', async () => {
    await dana.types('/access request new developer search-prod for:8h reason:"fix the ranking bug"');
    await dana.sees('REQ-1');
    const card = await ada.sees(
      ['Approval needed', 'developer', 'search-prod', '8 hours', 'fix the ranking bug'],
      'direct',
    );
    expect(card.buttons.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Details']);
    expect(card.buttons[0]).toMatchObject({ says: expect.stringMatching(/^Approve/), confirms: true });
  });

  test('checklist 19: the approval is told to the requester, and the card shows it without buttons', async () => {
    await ada.clicks('Approve', { on: 'REQ-1' });
    await dana.sees(['Approved', 'search-prod'], 'direct');
    const card = await ada.sees(['Approved', ada.email], 'direct');
    expect(card.buttons.map(({ label }) => label)).not.toContain('Approve');
    await dana.types('/access');
    await dana.sees(['developer', 'search-prod']);
  });
});
