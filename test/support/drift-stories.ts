import { type Stories, says } from './command-stories.ts';

const NO_RIGHT = ['Not done', 'drift:read'];

/** Told while Ada runs Acme and Cleo is a member of it. */
export const driftStories: Stories = {
  'org drift show': {
    does: says('ada', '/org drift show', ['finding', 'ada@acme.example is the only administrator', 'Acme']),
    refuses: says('cleo', '/org drift show', NO_RIGHT),
  },
};
