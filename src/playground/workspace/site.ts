import type { Ids } from './ids.ts';
import type { Manifest } from './manifest.ts';
import type { Upload } from './pictures.ts';
import type { Shape } from './shape.ts';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly title: string;
  readonly colour: string;
  readonly teamId: string;
  readonly admin: boolean;
  readonly guest: 'no' | 'restricted' | 'ultra_restricted';
  readonly bot: boolean;
  deleted: boolean;
};

export type PersonSeed = {
  name: string;
  realName: string;
  email: string;
  title?: string;
  colour?: string;
  admin?: boolean;
  guest?: Person['guest'];
  bot?: boolean;
  /** Another company's id makes a stranger, as in a shared channel. */
  teamId?: string;
};

export type ChannelSeed = {
  name: string;
  topic?: string;
  private?: boolean;
  /** Names of people; everybody where absent. */
  members?: readonly string[];
  /** Whether the app has been invited; yes where absent. */
  app?: boolean;
  /** Shared with another company. */
  external?: boolean;
};

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly kind: 'public' | 'private' | 'direct';
  readonly external: boolean;
  /** Ids of people, and of the app's bot user. */
  readonly members: Set<string>;
};

export type PostedFile = { id: string; name: string; title: string; type: string; alt: string; size: number };

export type Message = {
  readonly channel: string;
  readonly ts: string;
  /** A person's id, the bot user's id, or `slackbot` for what the client itself says. */
  readonly author: string;
  text: string;
  blocks: Shape[];
  threadTs?: string;
  /** The one person who sees it, where it is ephemeral. */
  onlyFor?: string;
  /** The slash command that it answers. */
  answers?: string;
  edited?: boolean;
  files?: PostedFile[];
};

/** `{ [blockId]: { [actionId]: the value as Slack sends it } }` */
export type Values = { [blockId: string]: { [actionId: string]: Shape } };

export type View = {
  readonly id: string;
  readonly person: string;
  body: Shape;
  values: Values;
  previous?: string;
  root: string;
};

export type Delivery = {
  readonly id: string;
  readonly kind: 'command' | 'interaction' | 'suggestion' | 'event';
  readonly contentType: string;
  readonly body: string;
  /** 0 where the app could not be reached or took longer than three seconds. */
  status: number;
  milliseconds: number;
  answer: string;
  readonly retry: number;
  error?: 'operation_timeout' | 'dispatch_failed';
};

/** What a `response_url` stands for. */
export type ReplyUrl = {
  readonly person: string;
  readonly channel: string;
  readonly born: number;
  uses: number;
  threadTs?: string;
  /** The message that the pressed button stood in. */
  original?: Message;
  answers?: string;
};

/** Lives three seconds and serves once. Pushing needs the view that it came from. */
export type Trigger = {
  readonly person: string;
  readonly born: number;
  readonly viewId?: string;
  used: boolean;
};

export type Failure = { status: number; retryAfter?: number; error?: string };

/** Everything that is true in the emulated workspace right now. */
export type Site = {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: {
    readonly id: string;
    readonly name: string;
    readonly userId: string;
    readonly botId: string;
    readonly token: string;
    readonly signingSecret: string;
  };
  readonly manifest: Manifest;
  readonly eventsUrl: () => string;
  readonly ids: Ids;
  origin: string;
  installed: boolean;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly messages: Message[];
  readonly homes: Map<string, View>;
  readonly modals: Map<string, View[]>;
  /** What each person has chosen in a message's selects, by channel, message and person. */
  readonly choices: Map<string, Values>;
  readonly replyUrls: Map<string, ReplyUrl>;
  readonly triggers: Map<string, Trigger>;
  readonly deliveries: Delivery[];
  readonly failures: Map<string, Failure[]>;
  /** What the app has uploaded, by the file's id, and the address that each place is at. */
  readonly uploads: Map<string, Upload>;
  readonly places: Map<string, string>;
  readonly later: Set<NodeJS.Timeout>;
  /** Calls the emulator's Web API with our ids. */
  readonly call: (method: string, args: Shape, token: string) => Promise<Shape>;
  readonly changed: () => void;
};

export const personToken = (person: { name: string }): string => `xoxp-${person.name}`;
