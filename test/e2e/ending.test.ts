import { sql } from 'drizzle-orm';
import { beforeAll, describe, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const SOON = 'Your access ends soon';

describe.each(platforms)('access comes to its end, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let number = 0;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  /** Time passes for all that is held, and the job that tidies up after it comes round now. */
  const pass = async (interval: string, { job = true } = {}) => {
    const { db } = story.app.database;
    const by = sql`${interval}::interval`;
    await db.execute(sql`update grants set starts_at = starts_at - ${by}, expires_at = expires_at - ${by},
      warn_at = warn_at - ${by}`);
    await db.execute(
      sql`update principals set role_until = role_until - ${by}, role_warn_at = role_warn_at - ${by}`,
    );
    await db.execute(
      sql`update requests set access_ends_at = access_ends_at - ${by} where state = 'approved'`,
    );
    if (job) await db.execute(sql`insert into pgboss.job (name, data) values ('expire', '{}')`);
  };

  const approved = async (what: string): Promise<string> => {
    const { ada, cleo } = people;
    number += 1;
    const name = `REQ-${number}`;
    await cleo.types(`/access request new ${what} reason:"the load test"`);
    await cleo.sees(`${name} is open`);
    await approves(name);
    await ada.sees(name);
    return name;
  };

  const approves = async (name: string) => {
    await people.ada.clicks('Approve', { on: name, in: 'direct' });
    await people.cleo.sees(['Approved', name], 'direct');
  };

  const extended = async (): Promise<string> => {
    const { cleo } = people;
    number += 1;
    await cleo.clicks('Extend', { on: SOON, in: 'direct' });
    await cleo.sees('Ask for more time', 'form');
    await cleo.submits();
    await cleo.sees([`REQ-${number} is open`, 'for 3 days']);
    return `REQ-${number}`;
  };

  test('a day before, Extend asks anew; pressed again while that waits it asks nothing twice; an hour before, Return', async () => {
    const { ben, cleo } = people;
    const first = await approved('developer search-prod for:3d');
    await pass('2 days 1 minute');
    await cleo.sees([SOON, 'developer', 'search-prod'], 'direct');
    const second = await extended();
    await story.nothingHappens(async () => {
      await cleo.types(`/access request extend ${first} for:1d reason:again`);
      await cleo.sees(`${second} asks for the same and is open`);
      await ben.types(`/access request extend ${first} for:1d reason:mine`);
      await ben.sees(`no request ${first}`);
    });
    await approves(second);
    await pass('2 days 23 hours 1 minute');
    await cleo.sees([SOON, 'developer', 'search-prod'], 'direct');
    await cleo.clicks('Return', { on: SOON, in: 'direct' });
    await cleo.sees(`${second} is returned`);
    await story.nothingHappens(async () => {
      await cleo.types(`/access request return ${second}`);
      await cleo.sees(`${second} was not returned: it is returned already`);
      await cleo.types(`/access request extend ${second}`);
      await cleo.sees(`${second} was not extended: it is returned`);
    });
  });

  test('after the end both buttons say that it is over, whether or not the job has been round', async () => {
    const { cleo } = people;
    const name = await approved('runner data-lake for:2h');
    await pass('61 minutes');
    await cleo.sees([SOON, 'runner', 'data-lake'], 'direct');
    await pass('1 hour', { job: false });
    await story.nothingHappens(async () => {
      await cleo.clicks('Extend', { on: 'data-lake', in: 'direct' });
      await cleo.sees(`${name} was not extended: it is ended`);
      await cleo.types(`/access request return ${name}`);
      await cleo.sees(`${name} was not returned: it is ended`);
    });
    await pass('1 second');
    await cleo.sees(['data-lake', 'ended'], 'direct');
  });

  test('what begins later is checked again at its start; where it may not begin, who asked and who approved hear why', async () => {
    const { ada, ben, cleo } = people;
    await ada.types(`/org access grant ${ben.email} search-prod owner`);
    await ada.sees([ben.email, 'owner']);
    number += 1;
    await cleo.types('/access request new developer search-prod for:1d from:1d reason:"the next test"');
    await cleo.sees(`REQ-${number} is open`);
    await ben.clicks('Approve', { on: `REQ-${number}`, in: 'direct' });
    await cleo.sees(['Approved', `REQ-${number}`], 'direct');
    await ada.types(`/org access revoke ${ben.email} search-prod`);
    await ada.sees('owner in search-prod');
    await ada.clicks('Take away', { on: 'owner in search-prod' });
    await ada.sees('Access taken');
    await pass('1 day 1 minute');
    for (const person of [cleo, ben]) {
      await person.sees(['Access did not begin', 'search-prod', 'may not give it any more'], 'direct');
    }
  });

  test('an extension is limited by the policy of its role', async () => {
    const { ada, cleo } = people;
    const name = await approved('read-only data-lake for:3d');
    await ada.types('/org settings set max-for 1d role:read-only');
    await ada.sees('max-for');
    await story.nothingHappens(async () => {
      await cleo.types(`/access request extend ${name} for:2d reason:longer`);
      await cleo.sees('at most 1 day');
    });
    await cleo.types(`/access request extend ${name}`);
    await cleo.sees('Ask for more time', 'form');
    number += 1;
    await cleo.submits();
    await cleo.sees([`REQ-${number} is open`, 'for 1 day']);
  });

  test('a role of the organization for a time is extended, and returned to the one before', async () => {
    const { cleo } = people;
    await approved('admin for:3d');
    await pass('2 days 1 minute');
    await cleo.sees([SOON, 'admin'], 'direct');
    const second = await extended();
    await approves(second);
    await pass('2 days 1 minute');
    await cleo.sees([SOON, 'admin'], 'direct');
    await cleo.clicks('Return', { on: SOON, in: 'direct' });
    await cleo.sees(`${second} is returned`);
    await cleo.types('/access whoami');
    await cleo.sees(['Acme', 'member']);
  });

  test('what was given without a request is asked for anew, or given back by its name', async () => {
    const { ada, ben } = people;
    await ada.types(`/org access grant ${ben.email} search-prod developer for:2d`);
    await ada.sees([ben.email, 'developer']);
    await ada.types(`/org member role ${ben.email} admin for:2d`);
    await ada.clicks('Change role');
    await ada.sees([ben.email, 'admin']);
    await pass('25 hours');
    await ben.sees([SOON, 'developer', 'search-prod'], 'direct');
    await ben.clicks('Return', { on: 'developer', in: 'direct' });
    await ben.sees('developer is given back');
    await ben.clicks('Return', { on: 'admin', in: 'direct' });
    await ben.sees('admin is given back');
    await ben.types('/access whoami');
    await ben.sees(['Acme', 'member']);
  });
});
