import type { ErrorCode } from '../../../src/core/errors.ts';
import { LIFE, MEANINGS, type Who } from './step.ts';

/**
 * What sections 2 and 5 of the contract say about one role in one project: Dana asks, Oz and Pia (owners of the
 * project), Ines (administrator) and Olga (operator, no member) decide. Written without looking at the code; hours
 * stand for all times.
 */
export interface Life {
  now: number;
  required: 1 | 2;
  /** Dana may take the role without approval. */
  breakGlass: boolean;
  /** Each project and each role that was ever made under the one name has a number of its own. */
  project: number | undefined;
  role: { made: number; version: number; meaning: number } | undefined;
  made: { projects: number; roles: number };
  active: Record<'dana' | 'oz' | 'pia', boolean>;
  owner: Record<'oz' | 'pia', boolean>;
  requests: Asked[];
  /** What Dana has been given, by the name of the role. */
  grants: Partial<Record<RoleName, Grant>>;
}

export type RoleName = 'shifting' | 'developer';
export type State = 'pending' | 'approved' | 'denied' | 'cancelled' | 'expired' | 'returned' | 'ended';

export interface Asked {
  number: number;
  kind: 'access' | 'break-glass';
  /** As noted: what time has done is noted later, by a job. */
  noted: State;
  project: number;
  role: number;
  version: number;
  hours: number;
  from: number | null;
  reason: string;
  /** What the first card showed. */
  first: string;
  opened: number;
  ends: number | null;
  operators: boolean;
  approvals: { by: Who; terms: string }[];
  reviewed: boolean;
  told: { settled: number; escalated: number };
}

export interface Grant {
  from: number | null;
  until: number;
  request: number;
  /** Its start lies ahead, or has come without the job having looked. */
  opens: { version: number | null; fits: boolean } | undefined;
}

/** The answer to a step: any of the refusals that apply, or exactly these events. */
export type Answer = { refused: ErrorCode[] } | { events: string[] };

export const born = (breakGlass: boolean): Life => ({
  now: 0,
  required: 1,
  breakGlass,
  project: 1,
  role: { made: 1, version: 1, meaning: 0 },
  made: { projects: 1, roles: 1 },
  active: { dana: true, oz: true, pia: true },
  owner: { oz: true, pia: true },
  requests: [],
  grants: {},
});

export const name = ({ number }: { number: number }): string => `REQ-${number}`;
/** All that a card says of a request and that can change. */
export const terms = ({ hours, reason, version }: Pick<Asked, 'hours' | 'reason' | 'version'>): string =>
  `${hours} ${reason} ${version}`;
export const deadline = (asked: Asked): number => asked.opened + LIFE;

/** The state at this moment, whatever has been noted. */
export const stateOf = (life: Life, asked: Asked): State => {
  if (asked.noted === 'pending' && deadline(asked) <= life.now) return 'expired';
  if (asked.noted === 'approved' && asked.ends !== null && asked.ends <= life.now) return 'ended';
  return asked.noted;
};

/**
 * Rule 5, and active: whoever administers gives everything, an owner what an owner holds, in their own project. What
 * is gone by now gives nothing: that it was taken is still reviewed.
 */
export const mayDecide = (life: Life, who: Who, what: Pick<Asked, 'project' | 'role'>): boolean => {
  if (who === 'ines') return true;
  if (who !== 'oz' && who !== 'pia') return false;
  if (what.project !== life.project || !life.active[who] || !life.owner[who]) return false;
  const permissions: readonly string[] =
    what.role === life.role?.made ? (MEANINGS[life.role.meaning] ?? []) : [];
  return !permissions.includes('registry:write');
};

export const deciders = (life: Life, what: Pick<Asked, 'project' | 'role'>): Who[] =>
  (['oz', 'pia', 'ines'] as const).filter((who) => mayDecide(life, who, what));

/** The approvals of a pending request that count at this moment. */
export const counted = (life: Life, asked: Asked): Who[] =>
  asked.approvals
    .filter((given) => given.terms === terms(asked) && mayDecide(life, given.by, asked))
    .map((given) => given.by);

/** It gives something at this moment (rule 4). */
export const isLive = (life: Life, grant: Grant): boolean =>
  grant.until > life.now &&
  (grant.from === null || grant.from <= life.now) &&
  (grant.opens === undefined || grant.opens.fits);

/** Whether what was approved for later would still be given. */
const fits = (life: Life, grant: Grant): boolean => {
  const asked = life.requests.find(({ number }) => number === grant.request);
  if (!asked || !life.active.dana || !life.role || grant.opens?.version !== life.role.version) return false;
  const givers = asked.approvals.filter((given) => given.terms === terms(asked)).map((given) => given.by);
  if (asked.operators && givers.includes('olga')) return true;
  const able = givers.filter((by) => mayDecide(life, by, asked));
  return able.length >= Math.min(givers.length, life.required);
};

/** What follows from every change by itself. @returns its events */
export const settleAround = (life: Life): string[] => {
  const events: string[] = [];
  for (const asked of life.requests) {
    if (stateOf(life, asked) !== 'pending' || asked.operators) continue;
    if (deciders(life, asked).length >= life.required) continue;
    asked.operators = true;
    asked.told.escalated += 1;
    events.push(`request.escalated ${name(asked)}`);
  }
  for (const grant of Object.values(life.grants)) {
    if (grant.opens && grant.from !== null && grant.from > life.now) grant.opens.fits = fits(life, grant);
  }
  return events;
};

/** Takes a grant away, and notes that the request which gave it is over. */
export const drop = (life: Life, role: RoleName): string[] => {
  const grant = life.grants[role];
  delete life.grants[role];
  return grant ? over(life, grant.request) : [];
};

export const over = (life: Life, number: number): string[] => {
  const asked = life.requests.find((one) => one.number === number);
  if (asked?.noted !== 'approved') return [];
  asked.noted = 'ended';
  return [`request.ended ${name(asked)}`];
};

/** What Dana is allowed in the project. */
export const allowed = (life: Life): string[] => {
  if (!life.active.dana || life.project === undefined) return [];
  const given: Record<RoleName, readonly string[]> = {
    shifting: MEANINGS[life.role?.meaning ?? 0] ?? [],
    developer: ['flows:delete', 'flows:run', 'flows:update'],
  };
  const live = (Object.keys(life.grants) as RoleName[]).filter((role) => {
    const grant = life.grants[role];
    return grant !== undefined && isLive(life, grant);
  });
  return [...new Set(live.flatMap((role) => given[role]))].sort();
};
