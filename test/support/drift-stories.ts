import { pressing, type Stories, says } from './command-stories.ts';

const NO_RIGHT = ['Not done', 'drift:read'];
const NO_WRITE = ['Not done', 'drift:write'];
const SINGLE = 'ada@acme.example is the only administrator';

/** Told while Ada runs Acme and Cleo is a member of it; DRF-1 is that Ada is alone. */
export const driftStories: Stories = {
  'org drift show': {
    does: async (people) => {
      await says('ada', '/org drift show', ['finding', SINGLE, 'Acme'])(people);
      await people.ada.clicks('Why', { on: SINGLE });
      await people.ada.sees([
        'DRF-1: A single administrator',
        SINGLE,
        'Why it matters',
        'nobody else can act',
      ]);
    },
    refuses: says('cleo', '/org drift show', NO_RIGHT),
  },
  'org drift snooze': {
    does: async (people) => {
      const line = '/org drift snooze DRF-1 until:14d reason:"Ben starts on Monday"';
      await says('ada', line, ['DRF-1 is snoozed', 'open again from'])(people);
      await says('ada', '/org drift show state:snoozed', [SINGLE, 'snoozed until'])(people);
    },
    refuses: says('cleo', '/org drift snooze DRF-1 until:14d reason:never', NO_WRITE),
  },
  'org drift accept': {
    does: async (people) => {
      const line = '/org drift accept DRF-1 reason:"a company of one"';
      await says('ada', line, ['DRF-1 is accepted', 'until what it says has changed'])(people);
      await people.ada.clicks('Undo');
      await people.ada.sees(['DRF-1 is open again', SINGLE]);
      const baseline = ['Accept the baseline?', 'This is how it should be', 'There is no baseline yet'];
      await says('ada', '/org drift accept', baseline)(people);
      await people.ada.clicks('Accept baseline');
      await people.ada.sees('The baseline is accepted');
    },
    refuses: says('cleo', '/org drift accept', NO_WRITE),
  },
  'org drift ask': {
    does: says('ada', '/org drift ask DRF-1 cleo@acme.example note:"Would you like to be the second?"', [
      'cleo@acme.example was asked',
      SINGLE,
    ]),
    refuses: says('cleo', '/org drift ask DRF-1', NO_WRITE),
  },
  'org drift answer': {
    does: async ({ cleo, ada }) => {
      await cleo.clicks('This is wrong', { on: 'Would you like to be the second?' });
      await cleo.sees('Thank you');
      await ada.types('/org show');
      await ada.sees('cleo@acme.example says: DRF-1 is wrong', 'direct');
    },
    refuses: says(
      'cleo',
      '/org drift answer 0190f3a4-7c1e-7b2a-9d3c-1f2e3d4c5b6a right',
      'There is no such question to you',
    ),
  },
  'org drift fix': {
    does: async (people) => {
      const { ada } = people;
      await ada.types('/org drift fix DRF-1 user:cleo@acme.example');
      await ada.sees([
        'Fix DRF-1?',
        '/org member role user:cleo@acme.example role:admin',
        'Nothing has changed yet',
      ]);
      await ada.clicks('Fix', { on: 'Nothing has changed yet' });
      await ada.sees(['cleo@acme.example', 'DRF-1 is resolved']);
      await pressing(
        'ada',
        '/org member role cleo@acme.example member',
        'Change',
        'Change role',
        'is member',
      )(people);
    },
    refuses: says('cleo', '/org drift fix DRF-1', NO_RIGHT),
  },
};
