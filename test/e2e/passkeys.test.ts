import { sql } from 'drizzle-orm';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Device, enrols, linkIn, takeDevice } from '../support/device.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const CHANNEL = 'access-requests';
const YES = 'Approve with passkey';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);

afterAll(() => browser.close());

describe.each(platforms)('high-risk roles, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let ben: Seat;
  let cleo: Seat;
  let dana: Seat;
  let hers: Device;
  let danas: Device;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, ben, cleo } = people);
    dana = await joins(story, 'dana', 'role:admin');
    [hers, danas] = [await takeDevice(browser), await takeDevice(browser)];
    await ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await ada.sees('approvals-channel is set');
    await ada.types('/org settings set high-risk-roles owner');
    await ada.sees(['high-risk-roles is set', 'owner']);
    return async () => {
      await Promise.all([hers.close(), danas.close()]);
      await story.end();
    };
  });

  /** Cleo asks for something dangerous that nobody has asked for before. */
  const asks = async () => {
    number += 1;
    request = `REQ-${number}`;
    await ada.types(`/org project create project-${number}`);
    await ada.sees('created');
    await cleo.types(`/access request new owner project-${number} for:8h reason:"for ${request}"`);
    await cleo.sees(`${request} is open`);
    await ben.sees(['Approval needed', request, 'Approving it takes a passkey'], CHANNEL);
  };

  const title = () => `Approve owner in workspace project-${number}?`;

  /** Presses Approve, and has the page in front. */
  const opens = async (seat: Seat, device: Device): Promise<string> => {
    await seat.clicks('Approve', { on: request });
    const { text } = await seat.sees(`Confirm ${request} with your passkey`);
    const link = linkIn(text, 'confirm');
    await device.follows(link);
    await device.sees(title());
    return link;
  };

  test('nobody has a passkey yet: everybody concerned is told, and Approve offers to add one', async () => {
    await asks();
    for (const decider of [ada, dana]) {
      await decider.sees([`${request} takes a passkey`, 'Add yours'], 'direct');
    }
    await cleo.sees([`${request} takes a passkey`, 'your request stays open'], 'direct');
    await story.nothingHappens(async () => {
      await ada.clicks('Approve', { on: request, in: CHANNEL });
      const refused = await ada.sees(['Not done', 'owner is a high-risk role in Acme', 'You have none yet']);
      expect(refused.buttons.map(({ label }) => label)).toEqual(['Add a passkey']);
      await ada.clicks('Add a passkey', { on: 'You have none yet' });
      await ada.sees('A link is on its way to ada@acme.example');
    });
  });

  test('a mailed link adds a passkey once, and its person hears of it', async () => {
    await enrols(ada, hers);
    await ada.sees(['A passkey was added for you', 'laptop'], 'direct');
    await hers.follows(linkIn(await ada.reads('Add your passkey “laptop”'), 'add'));
    await hers.sees('This link was used already');
    await enrols(dana, danas, 'phone');
    await ada.types('/access passkey list');
    await ada.sees(['1 passkey', 'laptop', 'not used yet']);
    const chain = rowsOf<{ event: string }>(
      await story.app.database.db.execute(sql`select event from audit where action = 'passkey.added'`),
    ).map(({ event }) => JSON.parse(event));
    expect(chain.map(({ actor, facts }) => [actor, facts.passkey])).toEqual([
      [ada.email, 'laptop'],
      [dana.email, 'phone'],
    ]);
  });

  test('a device that holds one already is told so, and adds no second', async () => {
    await ada.types('/access passkey add again');
    await ada.sees('A link is on its way');
    await hers.follows(linkIn(await ada.reads('Add your passkey “again”'), 'add'));
    await hers.sees('Add your passkey');
    await hers.presses('Add passkey');
    await hers.page.getByRole('alert').waitFor();
    expect(await hers.page.getByRole('alert').innerText()).toContain('holds a passkey of yours already');
  });

  describe('Approve', () => {
    beforeEach(asks);

    const approved = (who: Seat) =>
      who.sees(['Approved', request, ada.email, 'confirmed with a passkey added today'], CHANNEL);

    test('leads to a page that shows the request; the passkey approves it, and every copy and the audit say so', async () => {
      await story.nothingHappens(async () => {
        await opens(ada, hers);
      });
      const text = await hers.page.locator('main').innerText();
      for (const fact of [
        ada.email,
        cleo.email,
        '8 hours',
        `for ${request}`,
        'What would change',
        'Nothing happens until you confirm',
      ]) {
        expect(text).toContain(fact);
      }
      await hers.presses(YES);
      expect(await hers.sees(`${request} approved`)).toContain('Confirmed with your passkey');
      expect(hers.page.url()).not.toContain('#');
      for (const person of [ada, ben, cleo, dana]) {
        expect((await approved(person)).buttons.map(({ label }) => label)).toEqual([]);
      }
      await cleo.sees(['Approved', `project-${number}`], 'direct');
      const [event] = rowsOf<{ event: string }>(
        await story.app.database.db.execute(
          sql`select event from audit where action = 'request.approved' and target = ${request}`,
        ),
      );
      expect(JSON.parse(event?.event ?? '{}')).toMatchObject({
        actor: ada.email,
        facts: { passkey: 'laptop' },
      });
    });

    test('typed, and from Details, it takes the same way; Deny takes no passkey', async () => {
      await story.nothingHappens(async () => {
        await ada.types(`/access request approve ${request} reason:"seen it"`);
        const { text } = await ada.sees(`Confirm ${request} with your passkey`);
        await hers.follows(linkIn(text, 'confirm'));
        expect(await hers.sees(title())).toContain('seen it');
        await ada.clicks('Details', { on: request, in: CHANNEL });
        await ada.sees('What would change');
        await ada.clicks('Approve', { on: 'What would change' });
        await ada.sees(`Confirm ${request} with your passkey`);
      });
      await ada.clicks('Deny', { on: request, in: CHANNEL });
      await ada.submits({ Reason: 'Not today.' });
      await ben.sees(['Denied', request, 'Not today.'], CHANNEL);
      await hers.presses(YES);
      expect(await hers.sees('Too late')).toContain(`${ada.email} denied ${request} already`);
    });

    test('another person’s link, and a person the device does not recognise, come to nothing', async () => {
      const link = await opens(ada, hers);
      await story.nothingHappens(async () => {
        await danas.follows(link);
        await danas.sees(title());
        await danas.presses(YES);
        await danas.page.getByRole('alert').waitFor();
        await hers.recognises(false);
        await hers.presses(YES);
        await hers.page.getByRole('alert').waitFor();
      });
      await hers.recognises(true);
      await hers.presses(YES);
      await hers.sees(`${request} approved`);
    });

    test('the answer to one page is worth nothing a second time, nor is its link', async () => {
      const link = await opens(ada, hers);
      const sent = hers.page.waitForRequest('**/passkeys/confirm/finish');
      await hers.presses(YES);
      await hers.sees(`${request} approved`);
      await story.nothingHappens(async () => {
        const again = await fetch(`${story.app.origin}/passkeys/confirm/finish`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: (await sent).postData() ?? '',
        });
        expect([again.status, await again.json()]).toEqual([410, expect.objectContaining({ code: 'used' })]);
        await hers.follows(link);
        await hers.sees('This link was used already');
      });
    });

    test('abuse 13: a request that is edited while the page is open has to be read again', async () => {
      await opens(ada, hers);
      await cleo.types(`/access request edit ${request} for:2h`);
      await cleo.sees(`${request} is changed`);
      await story.nothingHappens(async () => {
        await hers.presses(YES);
        await hers.sees('It has changed');
      });
    });

    test('abuse 10: an approver who lost the right meanwhile is refused', async () => {
      await opens(dana, danas);
      await ada.types(`/org member role ${dana.email} member`);
      await ada.clicks('Change role');
      await ada.sees(`${dana.email} is member`);
      await story.nothingHappens(async () => {
        await danas.presses(YES);
        expect(await danas.sees('Not done')).toContain(`You can't decide ${request}`);
      });
      await ada.types(`/org member role ${dana.email} admin`);
      await ada.clicks('Change role');
      await ada.sees(`${dana.email} is admin`);
    });

    test('an expired link says so, at the door and at the button', async () => {
      const link = await opens(ada, hers);
      await story.app.database.db.execute(
        sql`update step_ups set expires_at = clock_timestamp() where used_at is null`,
      );
      await story.nothingHappens(async () => {
        await hers.presses(YES);
        await hers.sees('This link has expired');
        await hers.follows(link);
        await hers.sees('This link has expired');
      });
    });

    test('at another address than ours no passkey is asked for, and the page says why', async () => {
      const link = await opens(ada, hers);
      await hers.follows(link.replace('//localhost:', '//127.0.0.1:'));
      await hers.sees(title());
      await story.nothingHappens(async () => {
        await hers.presses(YES);
        await hers.page.getByRole('alert').waitFor();
        expect(await hers.page.getByRole('alert').innerText()).toContain('makes no passkeys at this address');
      });
    });

    test('abuse 22: the policy of a role on the list is never changed by one person alone, and with a passkey', async () => {
      await ada.types('/org settings set approvals-required 2 role:owner');
      number += 1;
      request = `REQ-${number}`;
      await ada.sees([`${request} is open`, 'never changed by one person alone']);
      await story.nothingHappens(async () => {
        await dana.clicks('Approve', { on: request, in: CHANNEL });
        const { text } = await dana.sees(`Confirm ${request} with your passkey`);
        await danas.follows(linkIn(text, 'confirm'));
        await danas.page.getByRole('button', { name: YES }).waitFor();
      });
      await danas.presses(YES);
      expect(await danas.sees(`${request} approved`)).toContain('approvals-required is set for owner');
      await ada.types('/org settings show');
      await ada.sees('owner: 2');
    });

    test('where two have to approve, each confirms with a passkey of their own', async () => {
      await opens(ada, hers);
      await hers.presses(YES);
      await hers.sees(`${request}: 1 of 2 approvals`);
      await ben.sees(['Approval needed', request, '1 of 2 approvals', ada.email, 'with a passkey'], CHANNEL);
      await story.nothingHappens(async () => {
        await ada.types(`/access request approve ${request}`);
        await ada.sees('has your approval already');
      });
      await opens(dana, danas);
      await danas.presses(YES);
      await danas.sees(`${request} approved`);
      await ben.sees(['Approved', request, ada.email, dana.email], CHANNEL);
    });
  });
});
