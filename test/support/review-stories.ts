import { pressing, type Stories, says } from './command-stories.ts';

/** Told while Ada runs Acme and Cleo is a member of it. */
export const reviewStories: Stories = {
  'org review start': {
    does: async (people) => {
      await says('ada', '/org access grant cleo@acme.example search-prod developer', 'developer')(people);
      await says('ada', '/org access grant cleo@acme.example data-lake runner', 'runner')(people);
      await pressing(
        'ada',
        '/org review start until:14d',
        'Start an access review?',
        'Start',
        'REV-1 has begun',
      )(people);
      await people.ada.sees(['REV-1: do they still need this', 'cleo@acme.example: developer'], 'direct');
    },
    refuses: says('cleo', '/org review start', ["You can't start", 'members:write']),
  },
  'org review show': {
    does: says('ada', '/org review show', ['REV-1:', 'ada@acme.example: 0 answered', 'Still open']),
    refuses: says('eli', '/org review show', 'You are not a member of any organization here'),
  },
  'org review keep': {
    does: async (people) => {
      await people.ada.types('/org review show');
      const open = await people.ada.sees('cleo@acme.example: runner in data-lake');
      const keep = open.buttons.find(({ says: label }) => /^Keep\b.*cleo.*runner in data-lake/.test(label));
      await people.ada.clicks(keep?.says ?? 'Keep');
      await people.ada.sees('runner in data-lake is kept');
    },
    refuses: says('ben', '/org review keep REV-1.1', "You can't answer"),
  },
  'org review remove': {
    does: async (people) => {
      await people.ada.types('/org review show');
      const open = await people.ada.sees('cleo@acme.example: developer in search-prod');
      const remove = open.buttons.find(({ says: label }) => /^Remove\b.*cleo.*search-prod/.test(label));
      await people.ada.clicks(remove?.says ?? 'Remove');
      await people.ada.sees('developer in search-prod is taken away');
      await people.cleo.sees(['was taken away', 'access review REV-1'], 'direct');
    },
    refuses: says('ada', '/org review remove REV-9.1', 'There is no REV-9.1'),
  },
  'org review restore': {
    does: says('ada', '/org review restore REV-1.1', 'did not end in the review'),
    refuses: says('ada', '/org review restore nothing', 'Write it like REV-2.15'),
  },
  'org review end': {
    does: pressing('ada', '/org review end', 'End REV-1 now?', 'End now', 'REV-1 is over'),
    refuses: says('ada', '/org review end', 'There is no open access review in Acme'),
  },
};
