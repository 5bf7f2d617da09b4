import type { Db } from '../db/client.ts';
import type { Scheduled } from './schedule/follow.ts';

export type PlatformName = 'slack' | 'discord';

/** A chat identity, always from a signed payload. On Discord the workspace is where it acted, not part of the identity. */
export interface AccountRef {
  platform: PlatformName;
  workspaceId: string;
  externalId: string;
}

/** Who acts: taken from the signed request, never from input. */
export type Actor =
  | ({
      kind: 'account';
      name: string;
      userId?: string;
      email?: string;
      operator: boolean;
      /** Set where a request of theirs is carried out: which one, and who approved it. */
      approved?: { request: string; by: string };
    } & AccountRef)
  | { kind: 'invitee'; email: string }
  /** An API token over HTTP, as whatever it acts as; never with operator rights. */
  | { kind: 'token'; name: string; principalId: string }
  | { kind: 'system'; name: string };

/** Work to be done after the commit. Payloads are ids; `key` keeps the jobs of one key in order. */
export interface Job {
  queue: 'deliver' | 'home' | 'follow-link' | Scheduled;
  data: Record<string, string>;
  key?: string;
  startAfterSeconds?: number;
}

/** What the installation's settings say to the core. */
export interface InstallationPolicy {
  publicUrl: string;
  secretKey: string;
  operators: readonly string[];
  createOrganizations: 'operators' | 'anyone';
  linkByEmail: readonly string[];
  kubernetesNamespace: string;
  mail: boolean;
}

export interface Context {
  /** The database, or the transaction that the caller has already opened. */
  db: Db;
  actor: Actor;
  /** The delivery's own key: a change claims it, so that the same delivery never changes anything twice. */
  interaction?: string;
  /** The finding that is being mended, and the rule it is of: what happens says so in the audit. */
  mends?: { finding: string; rule: string };
  installation: InstallationPolicy;
  /** For what goes wrong beside the work, and does not end it. */
  log?: { error(facts: object, message: string): void };
  /** Puts jobs into the queue inside the given transaction. Supplied by `jobs/queue.ts`. */
  enqueue: (tx: Db, jobs: readonly Job[]) => Promise<void>;
}
