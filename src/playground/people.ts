import type { ChannelSeed, PersonSeed } from './workspace/site.ts';

export const PEOPLE: readonly PersonSeed[] = [
  {
    name: 'ada',
    realName: 'Ada Park',
    email: 'ada@acme.example',
    title: 'Platform lead',
    admin: true,
    colour: '#2f6f62',
  },
  { name: 'ben', realName: 'Ben Ito', email: 'ben@acme.example', title: 'Developer', colour: '#4a62b3' },
  {
    name: 'cleo',
    realName: 'Cleo Marsh',
    email: 'cleo@acme.example',
    title: 'Data scientist',
    colour: '#9a5a2c',
  },
  {
    name: 'dana',
    realName: 'Dana Reyes',
    email: 'dana@acme.example',
    title: 'New colleague',
    colour: '#8b4a80',
  },
];

export const CHANNELS: readonly ChannelSeed[] = [
  { name: 'general', topic: 'Everybody at Acme' },
  { name: 'access-requests', topic: 'Who asks for what, and who decides' },
  { name: 'platform', topic: 'The team that runs it all' },
];
