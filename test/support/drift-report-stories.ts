import { type Stories, says } from './command-stories.ts';

const MONDAYS = '"0 9 * * 1"';

/** Told while Ada runs Acme and Cleo is a member of it. */
export const driftReportStories: Stories = {
  'org drift report': {
    does: async (people) => {
      await says('ada', '/org drift report', ['Drift report made', 'direct messages'])(people);
      await people.ada.sees(['Drift report · Acme', 'is the only administrator', 'checked in'], 'direct');
    },
    refuses: says('cleo', '/org drift report', ['Not done', 'drift:read']),
  },
  'org drift schedule': {
    does: says('ada', `/org drift schedule #access-requests ${MONDAYS} Europe/Berlin`, [
      'Drift reports are scheduled',
      '09:00 in Europe/Berlin',
    ]),
    refuses: async (people) => {
      await says('cleo', `/org drift schedule cron:${MONDAYS}`, ["You can't", 'settings:write'])(people);
      await says('ada', '/org drift schedule cron:"9 Uhr"', [
        'is not a schedule',
        '0 9 * * 1 is Mondays at 09:00',
      ])(people);
      await says(
        'ada',
        `/org drift schedule cron:${MONDAYS} timezone:Berlin`,
        'Write it like Europe/Berlin',
      )(people);
    },
  },
};
