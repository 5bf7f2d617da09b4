import { pressing, type Stories, says } from './command-stories.ts';

const MAY_NOT = 'registry:write';

export const resourceStories: Stories = {
  'org resource add': {
    does: says('ada', '/org resource add flows nightly owner:ben@acme.example project:search-prod', [
      'flows nightly is registered',
      'ben@acme.example',
      'search-prod',
    ]),
    refuses: says('cleo', '/org resource add flows mine', MAY_NOT),
  },
  'org resource list': {
    does: says('ada', '/org resource list type:flows', ['Registered resources', 'flows nightly']),
    refuses: says('cleo', '/org resource list', MAY_NOT),
  },
  'org resource remove': {
    does: pressing(
      'ada',
      '/org resource remove flows nightly',
      'Take flows nightly off the register?',
      'Remove',
      'flows nightly is no longer registered',
    ),
    refuses: says('ada', '/org resource remove flows no-such', 'Nothing no-such of type flows is registered'),
  },
};
