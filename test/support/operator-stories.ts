import { expect } from 'vitest';
import { type Cast, pressing, type Stories, says } from './command-stories.ts';

const DANA = 'dana@acme.example';
const ELI = 'eli@acme.example';
const ALONE = 'operators of this installation alone';

/** Told at the end, when Dana is no member any more; Cleo is an operator, and Eli runs Wave. */
export const operatorStories: Stories = {
  'access check': {
    does: says('ben', '/access check flows:run user:ada@acme.example', ['Allowed', 'admin']),
    refuses: says('ben', '/access check nonsense', 'there is no permission nonsense'),
  },
  'org member offboard': {
    does: async ({ ada, dana }: Cast) => {
      await ada.types(`/org invite send ${DANA}`);
      await ada.sees(`Invitation sent to ${DANA}`);
      // An earlier letter of hers may still be the newest one for a moment.
      await expect
        .poll(async () => {
          await dana.opensLink();
          return (await dana.accepts()).status;
        })
        .toBe(200);
      await ada.types(`/org member offboard ${DANA}`);
      await ada.sees(`Offboard ${DANA}?`);
      await ada.clicks('Start offboarding');
      await ada.sees([`Offboarding ${DANA}`, 'stays open until every step is done']);
      await ada.clicks('End the membership');
      await ada.sees([`${DANA} is removed`, 'Every step is done']);
    },
    refuses: says('ben', `/org member offboard ${DANA}`, ['Not done', 'members:write']),
  },
  'org operator orgs': {
    does: says('cleo', '/org operator orgs', ['Acme (acme)', 'the default one']),
    refuses: says('ada', '/org operator orgs', ALONE),
  },
  'org operator requests': {
    does: says('cleo', '/org operator requests', 'Nobody waits for an operator'),
    refuses: says('ada', '/org operator requests', ALONE),
  },
  'org operator default': {
    does: async ({ cleo }: Cast) => {
      await cleo.types('/org operator default wave');
      await cleo.sees('Wave is the default organization');
      await cleo.types('/org operator default acme');
      await cleo.sees('Acme is the default organization');
    },
    refuses: says('ada', '/org operator default acme', ALONE),
  },
  'org operator rename': {
    does: says('cleo', '/org operator rename wave name:"Wave Lab" slug:wave-lab', ['Renamed', 'wave-lab']),
    refuses: says('ada', '/org operator rename acme name:Other', ALONE),
  },
  'org operator delete': {
    does: says('cleo', '/org operator delete wave-lab wave-lab', 'Wave Lab is deleted'),
    refuses: says('cleo', '/org operator delete acme acme', 'it is the default organization'),
  },
  'org operator namespace-allow': {
    does: says('cleo', '/org operator namespace-allow team-a,team-b', 'Assignable are team-a, team-b'),
    refuses: says('ada', '/org operator namespace-allow team-a', ALONE),
  },
  'org operator namespace-assign': {
    does: pressing(
      'cleo',
      '/org operator namespace-assign acme team-a',
      'Assign team-a to Acme?',
      'Assign for good',
      'Acme has the namespace team-a',
    ),
    refuses: async ({ cleo }: Cast) => {
      await cleo.types('/org operator namespace-assign acme team-b');
      await cleo.sees('that is never changed');
    },
  },
  'org operator link-code': {
    does: says('cleo', `/org operator link-code ${ELI}`, 'codes are mailed to the address itself'),
    refuses: says('ada', `/org operator link-code ${ELI}`, ALONE),
  },
  'org operator add': {
    does: says('cleo', `/org operator add ${ELI}`, `${ELI} is an operator`),
    refuses: says('ada', `/org operator add ${ELI}`, ALONE),
  },
  'org operator remove': {
    does: says('cleo', `/org operator remove ${ELI}`, `${ELI} is no operator any more`),
    refuses: says('cleo', '/org operator remove cleo@acme.example', 'OPERATORS names them'),
  },
};
