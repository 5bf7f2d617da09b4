import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { AuditAction, NewEvent } from '../audit/event.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';
import { approvalsOf } from './approvals.ts';
import { decidersOf, type Matter, tooFew } from './deciders.ts';
import { escalate } from './escalate.ts';
import { partiesOf, type Request } from './find.ts';
import { openRequests } from './open-requests.ts';

/** After which one person may decide less than before: the one whom the event names. */
const OF_ONE: readonly AuditAction[] = [
  'grant.changed',
  'grant.ended',
  'grant.returned',
  'grant.revoked',
  'member.deactivated',
  'member.left',
  'member.reactivated',
  'member.removed',
  'member.role-changed',
  'member.role-ended',
];

/** After which whoever asked for it may: what the named request gave is over early. */
const OF_REQUESTER: readonly AuditAction[] = ['break-glass.reviewed', 'request.returned'];

/** After which anybody may. */
const OF_MANY: readonly AuditAction[] = [
  'project.default-role-changed',
  'role.deleted',
  'role.edited',
  'settings.changed',
];

const ENDING = [...OF_ONE, ...OF_REQUESTER, ...OF_MANY];

export const mayEndDeciders = (events: readonly NewEvent[]): boolean =>
  events.some(({ action }) => ENDING.includes(action));

/**
 * After a change of who may decide: open requests that too few may decide by now go to the operators, and the copies
 * and approvals of those whom it concerns are drawn anew. Belongs to the change that caused it.
 */
export const handOver = async (c: Change, events: readonly NewEvent[]): Promise<void> => {
  const everybody = events.some(({ action }) => OF_MANY.includes(action));
  await handOverOf(c, everybody ? undefined : await concerned(c, events));
};

/** @param emails who may decide less than before; undefined: anybody */
export const handOverOf = async (c: Change, emails: readonly string[] | undefined): Promise<void> => {
  const open = await openRequests(c);
  if (open.length === 0) return;
  const moved = new Set<string>();
  for (const { request, matter } of open) {
    if (request.toOperators) continue;
    if ((await isOutOfReach(c, request, matter)) && (await escalate(c, request, 'nobody-may-decide'))) {
      moved.add(request.id);
    }
  }
  const ids = open.map(({ request }) => request.id).filter((id) => !moved.has(id));
  c.enqueue(...(await redraw(c.db, ...(emails ? await inFrontOf(c, ids, emails) : ids))));
};

const isOutOfReach = async (c: Change, request: Request, matter: Matter): Promise<boolean> => {
  const deciders = await decidersOf(c, partiesOf(request), matter);
  if (!(await tooFew(c, deciders, matter))) return false;
  const { counted } = await approvalsOf(c, request, matter);
  const approved = counted.map(({ userId }) => userId);
  return approved.length === 0 || tooFew(c, deciders, matter, approved);
};

const concerned = async (c: Change, events: readonly NewEvent[]): Promise<string[]> => {
  const targets = (actions: readonly AuditAction[]): string[] =>
    events.flatMap(({ action, target }) => (actions.includes(action) && target ? [target] : []));
  const requests = targets(OF_REQUESTER);
  if (requests.length === 0) return targets(OF_ONE);
  const requesters = rowsOf<{ email: string }>(
    await c.db.execute(sql`
      select u.email from requests r join users u on u.id = r.requester_id
      where r.organization_id = ${c.organization.id} and 'REQ-' || r.number = any(${sql.param(requests)}::text[])`),
  );
  return [...targets(OF_ONE), ...requesters.map(({ email }) => email)];
};

/** Which of these requests somebody has in front of them, or has approved. */
const inFrontOf = async (c: Change, ids: readonly string[], emails: readonly string[]): Promise<string[]> => {
  if (ids.length === 0 || emails.length === 0) return [];
  return rowsOf<{ id: string }>(
    await c.db.execute(sql`
      select r.id from unnest(${sql.param([...ids])}::uuid[]) as r(id)
      where exists (select from messages m
          join accounts a on a.platform = m.platform and a.external_id = m.recipient
            and a.workspace_id in (m.workspace_id, '')
          join users u on u.id = a.user_id
          where m.subject_id = r.id and m.recipient_kind = 'person' and u.email = any(${sql.param([...emails])}::text[]))
        or exists (select from decisions d join users u on u.id = d.user_id
          where d.organization_id = ${c.organization.id} and d.request_id = r.id
            and u.email = any(${sql.param([...emails])}::text[]))`),
  ).map(({ id }) => id);
};
