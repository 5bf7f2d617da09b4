import type { Config } from '../../src/config.ts';

/** One thing that somebody sees: a message, a window, their home. */
export interface Shown {
  key: string;
  /** A channel's name, `direct`, `home`, or `form`: what stands in front of one person alone until they close it. */
  place: string;
  title: string;
  /** Everything that can be read in it, errors under fields included. */
  text: string;
  /** What it says where it cannot be drawn: a notification, a screen reader. */
  spoken: string;
  buttons: readonly { label: string; says: string; confirms: boolean }[];
  options: readonly string[];
  fields: readonly { label: string; value: string }[];
}

/** Whom every chat has, with the same address. */
export const COLLEAGUES = ['ada', 'ben', 'cleo', 'dana', 'eli'] as const;

/** The chat itself does not let anybody send this: the app never hears of it. */
export class CannotSend extends Error {
  override readonly name: string = 'CannotSend';
}

/** One chat, as the people in it use it. A story speaks through this alone, so that it runs on every chat. */
export interface Side {
  name: string;
  workspaceId: string;
  /** The chat confirms its people's addresses, so that they may be trusted. */
  confirmsAddresses: boolean;
  /** Who works here. */
  colleagues: readonly string[];
  /** How the app reaches it. */
  chat: Pick<Config, 'slack' | 'discord'>;
  /** The same as settings of a process. */
  environment: Readonly<Record<string, string>>;
  /** Where the app listens. */
  sendTo(origin: string): void;
  /** Waits until the app is there to hear what people do. */
  heard(): Promise<void>;
  /** How many processes of the app hear them now. */
  hearers(): number;
  email(name: string): string;
  /** How one types somebody's mention. */
  mention(name: string): string;
  /** What somebody sees now, oldest first; what stands in front comes last. */
  shown(name: string): Shown[];
  /** Whom a message mentions and which times it has as the chat itself draws them, for each reader in their own way. */
  native(name: string, key: string): { mentions: string[]; times: number[] };
  /** The files that somebody can open, oldest first. */
  files(name: string): Promise<{ name: string; place: string; type: string; text: string }[]>;
  onChange(listener: () => void): () => void;

  /** @throws CannotSend */
  type(name: string, channel: string, text: string): Promise<void>;
  mentionApp(name: string, channel: string, text: string): Promise<void>;
  openHome(name: string): Promise<void>;
  /** `values` are what stands in the fields around it. */
  press(name: string, key: string, label: string, values?: Readonly<Record<string, string>>): Promise<void>;
  /** A button as it stands now; what comes back presses it, whatever has become of the message since. */
  late(name: string, key: string, label: string): () => Promise<void>;
  choose(name: string, key: string, option: string): Promise<void>;
  /** What a field offers while somebody types into it. */
  offers(name: string, key: string, label: string, typed: string): Promise<string[]>;
  submit(name: string, key: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Closes every window of theirs. */
  closeWindows(name: string): Promise<void>;
  /** The workspace's own administrators switch somebody's account off. */
  switchOff(name: string): Promise<void>;

  /** How long each request of ours took to be acknowledged, in milliseconds, oldest first. */
  acknowledged(): number[];
  /** Hands over the last request once more, as a platform does that heard no answer. */
  again(): Promise<number>;
  /** The last request, signed as if by a clock that is so many seconds ahead, or with a wrong key; where they are signed. */
  forged?(how: { seconds?: number; key?: string }): Promise<number>;
  /** What the app sent and the chat would not take, and no test asked for. */
  refused(): string[];
  /** Everybody who is called by something that was said, and everything that calls many at once. */
  calls(): string[];
  /** The chat asks the app to slow down when it next changes a message: what people see stays old for two seconds. */
  holdRedraw(): void;
  /** Somebody who may deletes a message of the app's. */
  removes(key: string): Promise<void>;
  /** The channel of the message that the app changes next is gone, with everything in it. */
  losesChannel(): void;
  /** The same for every message that the app sends or changes next, for so many seconds. */
  holdSending(seconds: number): void;
  stop(): Promise<void>;
}
