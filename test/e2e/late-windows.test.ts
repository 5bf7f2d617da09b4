import { beforeAll, describe, expect, test } from 'vitest';
import { gather, hires, type People } from '../support/late.ts';
import type { Words } from '../support/seat.ts';
import { platforms } from '../support/story.ts';

const ASKS = 'Nothing has changed yet';

interface Asked {
  what: string;
  /** Makes what the command is about. @returns the command */
  begins: (people: People) => Promise<string>;
  yes: string;
  /** What whoever confirms it first sees. */
  done: Words;
  /** What whoever confirms it after somebody else has done the same is told. */
  late: Words;
  /** What whoever confirms it twice is told. */
  twice?: Words;
}

let made = 0;
const fresh = (word: string): string => {
  made += 1;
  return `${word}-${made}`;
};
const types = async ({ ada }: People, line: string, sees: Words) => {
  await ada.types(line);
  await ada.sees(sees);
};
const project = async (people: People) => {
  const name = fresh('batch');
  await types(people, `/org project create ${name}`, 'created');
  return name;
};
const serviceAccount = async (people: People) => {
  const name = fresh('ci');
  await types(people, `/org service-account create ${name}`, `Service account ${name} created`);
  return name;
};
const role = async (people: People) => {
  const name = fresh('spare');
  await types(people, `/org role create ${name} scope:project permissions:flows:read`, name);
  return name;
};

const asked: readonly Asked[] = [
  {
    what: 'to deactivate somebody',
    begins: async (people) => `/org member deactivate ${await hires(people)}`,
    yes: 'Deactivate',
    done: 'is deactivated',
    late: /Nothing changed: new-\d+@acme.example is deactivated already/,
  },
  {
    what: 'to remove somebody',
    begins: async (people) => `/org member remove ${await hires(people)}`,
    yes: 'Remove',
    done: 'is removed',
    late: /No member new-\d+@acme.example in Acme any more/,
  },
  {
    what: 'to offboard somebody',
    begins: async (people) => `/org member offboard ${await hires(people)}`,
    yes: 'Start offboarding',
    done: 'Offboarding new',
    late: /Offboarding new-\d+@acme.example/,
  },
  {
    what: 'to make somebody administrator',
    begins: async (people) => `/org member role ${await hires(people)} admin`,
    yes: 'Change role',
    done: 'is admin',
    late: /new-\d+@acme.example is admin already/,
  },
  {
    what: 'to take access away',
    begins: async (people) => {
      const name = await project(people);
      await types(people, `/org access grant cleo@acme.example ${name} developer`, 'developer');
      return `/org access revoke cleo@acme.example ${name}`;
    },
    yes: 'Take away',
    done: 'Access taken',
    late: /Nothing was taken away: cleo@acme.example has no such access/,
  },
  {
    what: 'to delete a project',
    begins: async (people) => `/org project delete ${await project(people)}`,
    yes: 'Delete',
    done: 'deleted',
    late: /No workspace batch-\d+ in Acme/,
  },
  {
    what: 'to delete a role',
    begins: async (people) => `/org role delete ${await role(people)}`,
    yes: 'Delete',
    done: 'deleted',
    late: /no .*role.* spare-\d+/i,
  },
  {
    what: 'to disable a service account',
    begins: async (people) => `/org service-account disable ${await serviceAccount(people)}`,
    yes: 'Disable',
    done: 'is disabled',
    late: /Nothing changed: ci-\d+ is disabled already/,
  },
  {
    what: 'to delete a service account',
    begins: async (people) => `/org service-account delete ${await serviceAccount(people)}`,
    yes: 'Delete',
    done: 'is deleted',
    late: /No service account ci-\d+ in Acme/,
  },
  {
    what: 'to take a resource off the register',
    begins: async (people) => {
      const name = fresh('web');
      await types(people, `/org resource add environments ${name}`, name);
      return `/org resource remove environments ${name}`;
    },
    yes: 'Remove',
    done: /web-\d+/,
    late: /web-\d+/,
  },
  {
    what: 'to fix a finding',
    begins: async (people) => {
      const name = await role(people);
      await people.ada.types('/org drift show rule:role-unused');
      const { text } = await people.ada.sees(`role ${name}`);
      return `/org drift fix ${new RegExp(`(DRF-\\d+)[^\\n]*role ${name}\\b`).exec(text)?.[1]}`;
    },
    yes: 'Fix',
    done: 'is resolved',
    late: /Nothing was changed: DRF-\d+ is resolved/,
    twice: /Nothing was changed: DRF-\d+ is resolved/,
  },
  {
    what: 'to start a review',
    begins: async () => '/org review start until:14d',
    yes: 'Start',
    done: 'has begun',
    late: 'No review was started: REV-1 of Acme is still open',
  },
  {
    what: 'to end a review',
    begins: async () => '/org review end',
    yes: 'End now',
    done: 'REV-1 is over',
    late: 'There is no open access review in Acme',
  },
];

describe.each(platforms)('a question that is confirmed too late, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    made = 0;
    people = await gather(startSide);
    return people.story.end;
  }, 60_000);

  test.each(asked)(
    '$what: after somebody else has done it, and twice',
    async ({ begins, yes, done, late, twice = 'Done already' }) => {
      const { ada, dana, story } = people;
      const line = await begins(people);
      for (const seat of [ada, dana]) {
        await seat.types(line);
        await seat.sees(ASKS);
      }
      const again = await dana.keeps(yes, { on: ASKS });
      await dana.clicks(yes, { on: ASKS });
      await dana.sees(done);
      await story.nothingHappens(async () => {
        await ada.clicks(yes, { on: ASKS });
        await ada.sees(late);
        await again();
        await dana.sees(twice);
      });
      const left = story.side.shown('ada').filter(({ text }) => text.includes(ASKS));
      expect(left.flatMap(({ buttons }) => buttons.map(({ label }) => label))).not.toContain(yes);
    },
  );
});

/** Dana decides too, and Ada has her home before her. Requests go to a channel, so that no message draws it anew. */
describe.each(platforms)('a button of a home that is not of now, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    people = await gather(startSide);
    await types(people, '/org settings set approvals-channel #access-requests', 'approvals-channel is set');
    return people.story.end;
  }, 60_000);

  const home = () => people.story.side.shown('ada').find(({ place }) => place === 'home');
  const asks = async () => {
    await people.cleo.types('/access request new developer search-prod for:8h reason:"a look"');
    const { text } = await people.cleo.sees(/REQ-\d+ is open/);
    return /REQ-\d+/.exec(text)?.[0] ?? '';
  };

  test('of a request that somebody else has decided, is answered, and the home follows', async () => {
    const { ada, dana, story } = people;
    const request = await asks();
    await ada.opensHome();
    await ada.sees('Waiting for you (1)', 'home');
    const review = await ada.keeps('Review', { in: 'home' });
    await dana.types(`/access request deny ${request} no`);
    await dana.sees('denied');
    await story.nothingHappens(async () => {
      await review();
      const { buttons } = await ada.sees(['Denied', request, 'dana@acme.example']);
      expect(buttons.map(({ label }) => label)).not.toContain('Approve');
    });
    await expect
      .poll(() => home()?.text ?? 'the answer took its place', { timeout: 10_000 })
      .not.toContain('Waiting for you (1)');
  });

  test('of a token that is gone, and after the membership has ended', async () => {
    const { ada, dana, eli } = people;
    await eli.types('/access token create laptop expires:90d');
    await eli.sees('Token laptop created', 'form');
    await people.story.side.closeWindows('eli');
    await eli.opensHome();
    await eli.sees('laptop', 'home');
    const tokens = await eli.keeps('Your tokens', { in: 'home' });
    const create = await eli.keeps('Create token', { in: 'home' });
    await eli.types('/access token revoke laptop');
    await eli.clicks('Revoke', { on: ASKS });
    await eli.sees('revoked');
    await tokens();
    await eli.sees(/no tokens|revoked/i);
    await dana.types('/org member remove eli@acme.example');
    await dana.clicks('Remove', { on: ASKS });
    await dana.sees('is removed');
    await create();
    await eli.sees('You are not a member');
    await ada.types('/access whoami');
  });
});
