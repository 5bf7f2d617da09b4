import type { FirstStep } from './page/wire.ts';

/** What a first visitor can do, in the order in which it makes sense. */
export const FIRST_STEPS: readonly FirstStep[] = [
  {
    title: 'Invite somebody',
    text: 'Ada runs Acme. She invites Dana; the letter lands in the Inbox, with a link to accept.',
    command: '/org invite send dana@acme.example role:member',
    as: 'ada',
  },
  {
    title: 'Ask for access',
    text: 'Once Dana has accepted, she asks for what she needs. A card appears in #access-requests.',
    command: '/access request new developer search-prod for:8h reason:"fix the ranking bug"',
    as: 'dana',
  },
  {
    title: 'Approve with a button',
    text: 'Ada presses Approve on the card; Dana hears of it at once, and every copy of the card follows.',
    command: '/access request list',
    as: 'ada',
    button: 'Approve',
  },
  {
    title: 'See what has drifted',
    text: 'Ada has Acme checked. A report with a picture appears in #platform: press Fix beside a finding.',
    command: '/org drift report',
    as: 'ada',
    in: 'platform',
  },
  {
    title: 'Look around',
    text: 'See the organization at a glance, with buttons for everything else.',
    command: '/org',
    as: 'ada',
  },
];
