import type { ErrorCode } from '../../../src/core/errors.ts';
import {
  type Answer,
  type Asked,
  counted,
  deadline,
  deciders,
  drop,
  type Grant,
  isLive,
  type Life,
  mayDecide,
  name,
  over,
  type RoleName,
  settleAround,
  stateOf,
  terms,
} from './model.ts';
import { type Job, LIFE, type Plain, type Step, TAKEN } from './step.ts';

type Of<D extends Plain['do'], P = Plain> = P extends Plain ? (D extends P['do'] ? P : never) : never;

const DANA = 'dana';

/** Which request a step is about; undefined: there is none yet. */
export const aimedAt = (life: Life, step: { target: number; newest?: boolean }): Asked | undefined =>
  step.newest
    ? (life.requests.findLast(isOpen(life)) ?? life.requests.at(-1))
    : life.requests[step.target % Math.max(life.requests.length, 1)];

/** Refuses if anything stands in the way, else does it. */
const unless = (why: readonly (ErrorCode | false | undefined)[], run: () => string[]): Answer => {
  const refused = why.filter((code) => code !== false && code !== undefined);
  return refused.length > 0 ? { refused } : { events: run() };
};

const ask = (life: Life, kind: Asked['kind'], asks: Pick<Asked, 'hours' | 'from' | 'reason'>): Asked => {
  const asked: Asked = {
    ...asks,
    number: life.requests.length + 1,
    kind,
    noted: 'pending',
    project: life.project ?? 0,
    role: life.role?.made ?? 0,
    version: life.role?.version ?? 0,
    first: terms({ ...asks, version: life.role?.version ?? 0 }),
    opened: life.now,
    ends: null,
    operators: false,
    approvals: [],
    reviewed: false,
    told: { settled: 0, escalated: 0 },
  };
  life.requests.push(asked);
  return asked;
};

/**
 * One role in one project is held once, for one span: what would leave a gap that nobody approved, or would take away
 * what was approved for later, is refused.
 */
const fitsBeside = (life: Life, from: number, until: number): boolean => {
  const held = life.grants.shifting;
  if (!held || held.until <= life.now) return true;
  if (isLive(life, held)) return from <= held.until;
  if (held.from === null || held.from <= life.now) return true;
  // The same start, asked for later, is some seconds later in truth.
  return from < held.from && until >= held.until;
};

const cannotAsk = (life: Life, from: number | null, hours: number): (ErrorCode | false)[] => [
  !life.active.dana && 'deactivated',
  !(life.project && life.role) && 'not-found',
  life.requests.some(isPending(life)) && 'wrong-state',
  !fitsBeside(life, from ?? life.now, (from ?? life.now) + hours) && 'wrong-state',
];

const open = (life: Life, asks: { hours: number; from: number | null; reason: string }): Answer =>
  unless(cannotAsk(life, asks.from, asks.hours), () => {
    const asked = ask(life, 'access', asks);
    asked.operators = deciders(life, asked).length < life.required;
    return [`request.opened ${name(asked)}`];
  });

/** Gives what was approved or taken; the clock starts now, or at the start, and nothing held is shortened. */
const give = (life: Life, asked: Asked): string[] => {
  const from = asked.from !== null && asked.from > life.now ? asked.from : null;
  const before = life.grants.shifting;
  const held = before && isLive(life, before) ? before : undefined;
  const until = Math.max((from ?? life.now) + asked.hours, held?.until ?? 0);
  const events = before ? over(life, before.request) : [];
  const start = held ? null : from;
  life.grants.shifting = {
    from: start,
    until,
    request: asked.number,
    opens: start === null ? undefined : { version: life.role?.version ?? 0, fits: true },
  };
  asked.ends = until;
  return [...events, `grant.${before ? 'changed' : 'added'} ${DANA}`];
};

const isAway = (life: Life, by: Of<'approve'>['by'], asked: Asked): (ErrorCode | false)[] => [
  (by === 'oz' || by === 'pia' || by === DANA) && !life.active[by] && 'deactivated',
  by === 'olga' && !asked.operators && 'not-member',
  by === DANA && 'own-request',
  by !== 'olga' && by !== DANA && !mayDecide(life, by, asked) && 'forbidden',
];

const decide = (life: Life, step: Of<'approve'>): Answer => {
  const asked = aimedAt(life, step);
  if (!asked) return { refused: ['not-found', 'deactivated', 'not-member'] };
  if (asked.kind === 'break-glass') return review(life, step, asked);
  const approves = step.do === 'approve';
  const others = counted(life, asked).filter((by) => by !== step.by);
  const mine = counted(life, asked).includes(step.by);
  const last = step.by === 'olga' || others.length + 1 >= life.required;
  const from = Math.max(asked.from ?? 0, life.now);
  return unless(
    [
      ...isAway(life, step.by, asked),
      stateOf(life, asked) !== 'pending' && 'wrong-state',
      step.card === 'first' && asked.first !== terms(asked) && 'changed',
      approves && !life.active.dana && 'wrong-state',
      approves && asked.version !== life.role?.version && 'changed',
      approves && mine && !last && 'wrong-state',
      approves && last && !fitsBeside(life, from, from + asked.hours) && 'wrong-state',
    ],
    () => {
      asked.approvals = asked.approvals.filter((given) => given.by !== step.by);
      if (approves) asked.approvals.push({ by: step.by, terms: terms(asked) });
      if (approves && !last) return [`approval.given ${name(asked)}`];
      asked.noted = approves ? 'approved' : 'denied';
      asked.told.settled += 1;
      return [`request.${asked.noted} ${name(asked)}`, ...(approves ? give(life, asked) : [])];
    },
  );
};

const review = (life: Life, { by, do: verdict }: Of<'approve'>, asked: Asked): Answer =>
  unless([...isAway(life, by, asked), asked.reviewed && 'wrong-state'], () => {
    asked.reviewed = true;
    if (verdict === 'deny' && stateOf(life, asked) === 'approved') endBy(life, asked, 'ended');
    return [`break-glass.reviewed ${name(asked)}`];
  });

const endBy = (life: Life, asked: Asked, noted: 'ended' | 'returned'): void => {
  asked.noted = noted;
  asked.ends = life.now;
  for (const role of Object.keys(life.grants) as RoleName[]) {
    if (life.grants[role]?.request === asked.number) delete life.grants[role];
  }
};

/** The verbs of whoever asked, on a request of their own. */
const ofMine = (
  life: Life,
  step: { target: number },
  may: (asked: Asked) => boolean,
  run: (asked: Asked) => string[],
): Answer => {
  const asked = aimedAt(life, step);
  return unless(
    [
      !life.active.dana && 'deactivated',
      !asked && 'not-found',
      asked !== undefined && !may(asked) && 'wrong-state',
    ],
    () => (asked ? run(asked) : []),
  );
};

/** A decision is wanted, or a look at what was taken. */
const isOpen = (life: Readonly<Life>) => (asked: Asked) =>
  stateOf(life, asked) === 'pending' || (asked.kind === 'break-glass' && !asked.reviewed);

const isPending = (life: Life) => (asked: Asked) => stateOf(life, asked) === 'pending';
const isApproved = (life: Life) => (asked: Asked) => stateOf(life, asked) === 'approved';

const extend = (life: Life, step: Of<'extend'>): Answer => {
  const mine = ofMine(life, step, isApproved(life), () => []);
  return 'refused' in mine ? mine : open(life, { hours: step.hours, from: null, reason: 'INC-1' });
};

const edit = (life: Life, step: Of<'edit'>): Answer =>
  ofMine(life, step, isPending(life), (asked) => {
    Object.assign(asked, { hours: step.hours, reason: step.reason, version: life.role?.version ?? 0 });
    return [`request.edited ${name(asked)}`];
  });

const cancelWhere = (life: Life, which: (asked: Asked) => boolean): string[] =>
  life.requests.filter(isPending(life)).flatMap((asked) => {
    if (!which(asked)) return [];
    asked.noted = 'cancelled';
    asked.told.settled += 1;
    return [`request.cancelled ${name(asked)}`];
  });

const take = (life: Life): Answer =>
  unless(
    [
      !life.active.dana && 'deactivated',
      !life.breakGlass && 'forbidden',
      !(life.project && life.role) && 'not-found',
      life.grants.shifting !== undefined && isLive(life, life.grants.shifting) && 'wrong-state',
    ],
    () => {
      const asked = ask(life, 'break-glass', { hours: TAKEN, from: null, reason: 'INC-1' });
      asked.noted = 'approved';
      asked.operators = deciders(life, asked).length === 0;
      return [...give(life, asked), `break-glass.taken ${name(asked)}`];
    },
  );

/** Whoever had the role that is gone has the other one, for as long as what they could use of either would have lasted. */
const deleteRole = (life: Life): Answer =>
  unless([!life.role && 'not-found'], () => {
    const events = ['role.deleted shifting', ...cancelWhere(life, () => true)];
    const { shifting: gone, developer: kept } = life.grants;
    if (gone && kept && isLive(life, gone) && isLive(life, kept)) {
      kept.until = Math.max(kept.until, gone.until);
      const both = kept.from !== null && gone.from !== null;
      Object.assign(
        kept,
        both ? { from: Math.min(Number(kept.from), Number(gone.from)) } : { from: null, opens: undefined },
      );
      events.push(...drop(life, 'shifting'));
    } else if (gone && kept && !isLive(life, gone)) {
      events.push(...drop(life, 'shifting'));
    } else if (gone) {
      if (kept) events.push(...over(life, kept.request));
      const opens = isLive(life, gone) ? gone.opens : gone.opens && { version: null, fits: false };
      life.grants = { developer: { ...gone, opens } };
    }
    life.role = undefined;
    return events;
  });

const deleteProject = (life: Life): Answer =>
  unless([!life.project && 'not-found'], () => {
    const events = ['project.deleted etl', ...cancelWhere(life, () => true)];
    for (const role of Object.keys(life.grants) as RoleName[]) events.push(...drop(life, role));
    life.project = undefined;
    life.owner = { oz: false, pia: false };
    return events;
  });

const right = (life: Life, { of, has }: Of<'right'>): Answer =>
  unless([!life.project && 'not-found', !has && !life.owner[of] && 'not-found'], () => {
    const same = life.owner[of] === has;
    life.owner[of] = has;
    return same ? [] : [`grant.${has ? 'added' : 'revoked'} ${of}`];
  });

const switchOf = (life: Life, { who, on }: Of<'switch'>): Answer =>
  unless([life.active[who] === on && 'wrong-state'], () => {
    life.active[who] = on;
    return [`member.${on ? 'reactivated' : 'deactivated'} ${who}`];
  });

const policy = (life: Life, { required, approved }: Of<'policy'>): Answer => {
  const same = life.required === required;
  const bound = life.required > 1 || life.breakGlass;
  return unless([!same && bound && !approved && 'needs-approval'], () => {
    life.required = required;
    return same ? [] : ['settings.changed approvals-required'];
  });
};

const editRole = (life: Life, { meaning }: Of<'edit-role'>): Answer =>
  unless([!life.role && 'not-found'], () => {
    if (!life.role || life.role.meaning === meaning) return [];
    life.role = { ...life.role, meaning, version: life.role.version + 1 };
    return ['role.edited shifting'];
  });

const createRole = (life: Life): Answer =>
  unless([life.role !== undefined && 'taken'], () => {
    life.made.roles += 1;
    life.role = { made: life.made.roles, version: 1, meaning: 0 };
    return ['role.created shifting'];
  });

const createProject = (life: Life): Answer =>
  unless([life.project !== undefined && 'taken'], () => {
    life.made.projects += 1;
    life.project = life.made.projects;
    return ['project.created etl', 'grant.added ines'];
  });

const revoke = (life: Life): Answer =>
  unless([!life.project && 'not-found', Object.keys(life.grants).length === 0 && 'not-found'], () =>
    (Object.keys(life.grants) as RoleName[]).flatMap((role) => [
      ...drop(life, role),
      `grant.revoked ${DANA}`,
    ]),
  );

const verbs: { [D in Plain['do']]: (life: Life, step: Of<D>) => Answer } = {
  open: (life, { hours, from }) =>
    open(life, { hours, from: from === null ? null : life.now + from, reason: 'INC-1' }),
  extend,
  edit,
  cancel: (life, step) =>
    ofMine(life, step, isPending(life), (asked) => {
      asked.noted = 'cancelled';
      return [`request.cancelled ${name(asked)}`];
    }),
  return: (life, step) =>
    ofMine(life, step, isApproved(life), (asked) => {
      endBy(life, asked, 'returned');
      return [`request.returned ${name(asked)}`];
    }),
  approve: decide,
  deny: decide,
  take,
  right,
  switch: switchOf,
  policy,
  'edit-role': editRole,
  'delete-role': deleteRole,
  'create-role': createRole,
  'delete-project': deleteProject,
  'create-project': createProject,
  revoke,
};

/** What would be refused in every life, or would change nothing, is not worth a step. */
export const isVain = (life: Readonly<Life>, step: Step): boolean => {
  switch (step.do) {
    case 'create-project':
      return life.project !== undefined;
    case 'create-role':
      return life.role !== undefined;
    case 'right':
      return life.owner[step.of] === step.has;
    case 'switch':
      return life.active[step.who] === step.on;
    case 'policy':
      return life.required === step.required;
    case 'job':
      return life.now === 0;
    case 'open':
      // An extension asks while something is open often enough.
      return life.requests.some(isOpen(life));
    case 'approve':
    case 'deny':
      return !(step.newest ? life.requests.some(isOpen(life)) : life.requests.length > 0);
    default:
      return 'target' in step && life.requests.length === 0;
  }
};

/** What a step must be answered, and what it makes of the life. */
export const after = (life: Life, step: Plain): Answer => {
  const answer = (verbs[step.do] as (life: Life, step: Plain) => Answer)(life, step);
  return 'refused' in answer ? answer : { events: [...answer.events, ...settleAround(life)] };
};

/** What a job makes of it. @returns the events */
export const tidied = (life: Life, job: Job): string[] => {
  const events: string[] = [];
  for (const asked of life.requests) {
    const state = stateOf(life, asked);
    if (job === 'expire-requests' && asked.noted === 'pending' && state === 'expired') {
      asked.noted = 'expired';
      asked.told.settled += 1;
      events.push(`request.expired ${name(asked)}`);
    }
    const late = life.now >= deadline(asked) - LIFE / 4;
    if (job === 'escalate' && state === 'pending' && late && !asked.operators) {
      asked.operators = true;
      asked.told.escalated += 1;
      events.push(`request.escalated ${name(asked)}`);
    }
  }
  for (const [role, grant] of Object.entries(life.grants) as [RoleName, Grant][]) {
    if (job === 'expire-grants' && grant.until <= life.now) {
      events.push(...drop(life, role), `grant.ended ${DANA}`);
    }
    if (job === 'open-grants' && grant.opens && grant.from !== null && grant.from <= life.now) {
      if (grant.opens.fits) grant.opens = undefined;
      else events.push(...drop(life, role));
      events.push(`grant.${grant.opens ? 'not-opened' : 'opened'} ${DANA}`);
    }
  }
  return [...events, ...settleAround(life)];
};
