import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('what nobody does alone, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let dana: Seat;
  let cleo: Seat;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, cleo } = people);
    dana = await joins(story, 'dana', 'role:admin');
    return story.end;
  });

  test('commands that change nothing, or that show a secret, cannot be listed', async () => {
    await story.nothingHappens(async () => {
      await ada.types('/org settings set approvals-changes "member list"');
      await ada.sees(
        ['`member list` changes nothing', 'access grant'].map((words) => words.replaceAll('`', '')),
      );
      await ada.types('/org settings set approvals-changes "token create"');
      await ada.sees('no request may keep');
      await ada.types('/org settings set approvals-changes "fly away"');
      await ada.sees('there is no command');
    });
  });

  test('a listed command becomes a request; a second administrator approves it, and it is done as who asked', async () => {
    await ada.types('/org settings set approvals-changes "access grant,member role"');
    await ada.sees('approvals-changes is set');
    await ada.types(`/org access grant ${cleo.email} search-prod developer for:7d reason:"on call"`);
    await ada.sees(['REQ-1 is open', 'nobody does access grant alone', dana.email]);
    await dana.sees(['Approval needed', 'Give project access', `user:${cleo.email}`, 'on call'], 'direct');
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-1');
      await ada.sees('it is your own request');
      await cleo.types('/access request approve REQ-1');
      await cleo.sees('REQ-1');
      await ada.types(`/org access grant ${cleo.email} search-prod developer for:7d reason:"on call"`);
      await ada.sees('REQ-1 asks for the same and is open');
    });
    await dana.clicks('Approve', { on: 'REQ-1', in: 'direct' });
    await dana.sees(['REQ-1 approved', 'It is done']);
    await ada.sees(['Approved', 'Give project access', dana.email], 'direct');
    await cleo.types('/access');
    await cleo.sees(['search-prod', 'developer']);
    const events = rowsOf<{ event: string }>(
      await story.app.database.db.execute(sql`
        select event from audit where action in ('request.approved', 'grant.added') order by at desc, sequence desc limit 2`),
    ).map(({ event }) => JSON.parse(event));
    expect(events).toMatchObject([
      { action: 'grant.added', actor: ada.email, via: `REQ-1, approved by ${dana.email}` },
      { action: 'request.approved', actor: dana.email },
    ]);
    await ada.types('/org audit verify');
    await ada.sees('The audit holds');
  });

  test('what would be refused is refused at once, and a member who may not do it asks for nothing', async () => {
    await story.nothingHappens(async () => {
      await ada.types('/org access grant nobody@example.com search-prod developer');
      await ada.sees('nobody@example.com');
      await cleo.types(`/org access grant ${people.ben.email} search-prod developer`);
      await cleo.sees("You can't");
    });
  });

  test('a command with a preview shows it first, and its button asks for approval', async () => {
    await ada.types(`/org member role ${cleo.email} admin`);
    await ada.sees(['nobody does member role alone', 'Nothing has changed yet']);
    await ada.clicks('Ask for approval');
    await ada.sees('REQ-2 is open');
    await dana.clicks('Deny', { on: 'REQ-2', in: 'direct' });
    await dana.submits({ Reason: 'Not this week.' });
    await ada.sees(['Denied', 'Not this week.'], 'direct');
  });

  test('a change that has become impossible stays open, and both are told why', async () => {
    await ada.types(`/org access grant ${cleo.email} search-prod owner`);
    await ada.sees('REQ-3 is open');
    await story.app.database.db.execute(sql`update roles set name = 'owner-gone' where name = 'owner'`);
    await dana.clicks('Approve', { on: 'REQ-3', in: 'direct' });
    await dana.sees(['REQ-3', 'was not carried out', 'still open']);
    await ada.sees(['Not carried out', 'REQ-3', dana.email], 'direct');
    await story.app.database.db.execute(sql`update roles set name = 'owner' where name = 'owner-gone'`);
    await dana.types('/access request approve REQ-3');
    await dana.sees(['REQ-3 approved', 'It is done']);
  });

  test('a value that a policy does not take is said under its field, and nothing else that was filled in is lost', async () => {
    await story.nothingHappens(async () => {
      await ada.types('/org settings set');
      await ada.sees('Approval policy', 'form');
      await ada.submits({ 'Approvals required': 'eleven', 'Max for': '3d' });
      const again = await ada.sees(['approvals-required was not set', 'Approval policy'], 'form');
      expect(again.fields.find(({ label }) => label === 'Max for')?.value).toBe('3d');
    });
  });

  test('abuse 22: a policy that asks for a second person is never changed by one person alone', async () => {
    await ada.types('/org settings set approvals-changes none');
    await ada.sees(['REQ-4 is open', 'never changed by one person alone']);
    await dana.sees(['REQ-4', 'Set approvals-changes: access grant, member role → none'], 'direct');
    await story.nothingHappens(async () => {
      await ada.types('/org settings show');
      await ada.sees('approvals-changes: access grant, member role');
    });
    await dana.clicks('Approve', { on: 'REQ-4', in: 'direct' });
    await dana.sees('REQ-4 approved');
    await ada.types('/org settings show');
    await ada.sees('approvals-changes: none');
  });

  test('the approval policy is one form, for the organization and for one role', async () => {
    await ada.types('/org settings show');
    await ada.clicks('Approval policy');
    await ada.sees('Approval policy', 'form');
    await ada.submits({ 'Max for': '8h' });
    await ada.sees(['Save the approval policy?', 'max-for: 30 days, then 8 hours']);
    await ada.clicks('Save');
    await ada.sees('The approval policy is saved');
    await ada.types('/org settings set approvals-required 2 role:developer');
    await ada.sees('approvals-required is set for developer');
    await ada.types('/org settings show');
    await ada.sees(['max-for: 8 hours', 'developer: 2']);
  });
});
