/** What the server tells the page. No type here may need Node. */
export type Json = { [key: string]: unknown };
export type Values = { [blockId: string]: { [actionId: string]: Json } };

export type WirePerson = {
  id: string;
  name: string;
  realName: string;
  email: string;
  title: string;
  colour: string;
  admin: boolean;
  deleted: boolean;
};

export type WireChannel = {
  id: string;
  name: string;
  topic: string;
  kind: 'public' | 'private' | 'direct';
  members: string[];
};

export type WireFile = { id: string; name: string; title: string; type: string; alt: string; size: number };

export type WireMessage = {
  channel: string;
  ts: string;
  author: string;
  text: string;
  blocks: Json[];
  threadTs?: string;
  onlyFor?: string;
  answers?: string;
  edited?: boolean;
  files?: WireFile[];
};

export type WireView = {
  id: string;
  title: string;
  submit: string;
  close: string;
  blocks: Json[];
  values: Values;
};

export type WireLetter = { id: string; from: string; to: string; subject: string; at: number };

export type Suggestion = { command: string; usage?: string; summary: string };
export type FirstStep = {
  title: string;
  text: string;
  command: string;
  as: string;
  /** The channel in which what comes of it can be seen. */
  in?: string;
  /** What has to be pressed: the command only leads there. */
  button?: string;
};

export type PageState = {
  /** Changes at every start and reset, so that the page forgets what it has marked as read. */
  epoch: string;
  team: string;
  app: { name: string; userId: string };
  you: string;
  people: WirePerson[];
  channels: WireChannel[];
  messages: WireMessage[];
  modals: WireView[];
  home?: WireView;
  letters: WireLetter[];
  /** How many messages of others each person sees, by channel. */
  counts: { [personId: string]: { [channelId: string]: number } };
  suggestions: Suggestion[];
  shortcuts: { name: string; kind: 'global' | 'message'; callbackId: string; description: string }[];
  firstSteps: FirstStep[];
};

export type Outcome = { failed?: string; errors?: { [blockId: string]: string } };
export type Suggested = { groups: { label?: string; options: Json[] }[]; failed?: string };
