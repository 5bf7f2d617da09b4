/**
 * The vocabulary of everything Rollcall says. Plain strings are always text, never markup: a renderer escapes them,
 * so that nobody's name or reason can ping, link or format.
 */
export type Inline =
  | string
  | { bold: string }
  | { code: string }
  | { person: PersonRef }
  | { channel: string }
  | { time: Date; style: 'date' | 'time' | 'relative' }
  | { link: string; label: string };

export type Text = Inline | readonly Inline[];

/** Shown as a mention where the account belongs to the workspace that reads it, as the e-mail address elsewhere. */
export interface PersonRef {
  email: string;
  account?: { platform: string; workspaceId: string; externalId: string } | undefined;
}

/** A command as somebody would have typed it, without the slash (`access request new`), and its arguments as text. */
export interface Action {
  command: string;
  args: Readonly<Record<string, string>>;
  /** Set by the button that stands under the preview of what will happen. */
  confirmed?: boolean;
  /** Which showing of that preview: each is carried out once, however often its button is pressed. */
  once?: string;
}

export interface Button {
  label: string;
  action: Action;
  style?: 'primary' | 'danger';
  /** Needed where the label repeats: what exactly this button does, for screen readers; 75 characters. */
  says?: string;
  confirm?: { title: string; text: string; yes: string };
}

export interface Row {
  text: string;
  detail?: Text;
  buttons?: readonly Button[];
}

export type Block =
  | { kind: 'text'; text: Text }
  | { kind: 'fields'; fields: readonly (readonly [label: string, value: Text])[] }
  /** Somebody's own words. */
  | { kind: 'quote'; label: string; text: string }
  | { kind: 'list'; items: readonly Text[] }
  | { kind: 'rows'; rows: readonly Row[] }
  | { kind: 'table'; caption: string; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: 'buttons'; buttons: readonly Button[] }
  | { kind: 'links'; links: readonly { label: string; url: string }[] }
  | {
      kind: 'choose';
      label: string;
      options: readonly { label: string; description?: string; action: Action }[];
    }
  | { kind: 'code'; text: string }
  /** Drawn, and never spoken: no notification and no log has it. */
  | { kind: 'secret'; label: string; value: string }
  | { kind: 'heading'; text: string }
  | { kind: 'divider' }
  | { kind: 'small'; text: Text };

/** A file that goes to whoever asked, and to nobody else. */
export interface CardFile {
  name: string;
  mime: string;
  /** What is in it, for who does not open it. */
  alt: string;
  /** Begins anew at every call, so that a failed delivery can be tried again. */
  content: () => AsyncIterable<string>;
}

/** Stands below the title of a posted message; what it shows is said in words for who does not see it. */
export interface Picture {
  name: string;
  mime: string;
  alt: string;
  /** Drawn when it is sent, and again where that has to be repeated. */
  content: () => Promise<Uint8Array>;
}

export interface Card {
  kind: 'card';
  title: string;
  tone?: 'good' | 'bad' | 'warning';
  blocks: readonly Block[];
  /** The whole message in one or two sentences: what notifications and screen readers get instead of the blocks. */
  text: string;
  /** Holds a secret: for its caller's eyes alone, in a window where one can open. */
  secret?: true;
  /** Goes with an answer to its caller; posted messages carry none. */
  file?: CardFile;
  /** A newer message has taken its place: where the copy that was sent is gone, nobody misses it. */
  passed?: true;
  /** Goes with a posted message; answers carry none. An edited message keeps the picture that it has. */
  picture?: Picture;
}
