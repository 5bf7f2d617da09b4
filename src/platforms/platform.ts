import type { AccountRef, PlatformName } from '../core/context.ts';
import type { Card } from '../views/card.ts';

export interface Sent {
  channel: string;
  id: string;
  /** What the platform calls the picture that went along, where one did. */
  picture?: string | undefined;
}

export interface Recipient {
  kind: 'channel' | 'person';
  workspaceId: string;
  id: string;
}

/** Why a message could not be sent. `gone`: the message or the place no longer exists; `later`: try again. */
export class PlatformError extends Error {
  readonly code: 'gone' | 'later' | 'refused';
  readonly retryAfterSeconds: number | undefined;

  constructor(code: PlatformError['code'], message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'PlatformError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface Health {
  name: string;
  ok: boolean;
  detail: string;
}

/** The port: all that the rest of Rollcall asks of a chat platform. Methods throw `PlatformError`. */
export interface Platform {
  name: PlatformName;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `once` is the same when it is sent again because nobody knows whether it arrived: a platform that can posts it once. */
  send(to: Recipient, card: Card, once?: string): Promise<Sent>;
  edit(sent: Sent, card: Card): Promise<void>;
  /** Redraws a person's home, where the platform has one. */
  home?(account: AccountRef, card: Card): Promise<void>;
  /** The account with this confirmed address, for workspaces whose profile addresses are trusted. */
  accountByEmail(workspaceId: string, email: string): Promise<string | undefined>;
  /** Whether `isThere` need only be asked about those who are gone: the platform reports who leaves. */
  tellsOfLeavers: boolean;
  /** Whether somebody is in a workspace now, and their account is switched on. */
  isThere(workspaceId: string, externalId: string): Promise<boolean>;
  health(): Promise<Health>;
}
