import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { AuditAction, NewEvent } from '../audit/event.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';
import { approvalsNeeded, countPersons, decidersOf } from './deciders.ts';
import { escalate } from './escalate.ts';
import { partiesOf } from './find.ts';
import { openRequests } from './open-requests.ts';

/** After which one person may decide less than before: the one whom the event names. */
const OF_ONE: readonly AuditAction[] = [
  'grant.changed',
  'grant.ended',
  'grant.revoked',
  'member.deactivated',
  'member.left',
  'member.reactivated',
  'member.removed',
  'member.role-changed',
  'member.role-ended',
];

/** After which anybody may. */
const OF_MANY: readonly AuditAction[] = [
  'project.default-role-changed',
  'role.deleted',
  'role.edited',
  'settings.changed',
];

export const mayEndDeciders = (events: readonly NewEvent[]): boolean =>
  events.some(({ action }) => OF_ONE.includes(action) || OF_MANY.includes(action));

/**
 * After a change of who may decide: open requests that too few may decide by now go to the operators, and the copies
 * and approvals of those whom it concerns are drawn anew. Belongs to the change that caused it.
 */
export const handOver = async (c: Change, events: readonly NewEvent[]): Promise<void> => {
  const open = await openRequests(c);
  if (open.length === 0) return;
  const moved = new Set<string>();
  for (const { request, matter } of open) {
    if (request.toOperators) continue;
    const deciders = await decidersOf(c, partiesOf(request), matter);
    const persons = await countPersons(
      c,
      deciders.map(({ id }) => id),
    );
    if (persons < approvalsNeeded(matter) && (await escalate(c, request, 'nobody-may-decide'))) {
      moved.add(request.id);
    }
  }
  const ids = open.map(({ request }) => request.id).filter((id) => !moved.has(id));
  const everybody = events.some(({ action }) => OF_MANY.includes(action));
  const concerned = everybody ? ids : await concerning(c, ids, targetsOf(events));
  c.enqueue(...(await redraw(c.db, ...concerned)));
};

const targetsOf = (events: readonly NewEvent[]): string[] =>
  events.flatMap(({ action, target }) => (OF_ONE.includes(action) && target ? [target] : []));

/** Which of these requests somebody has in front of them, or has approved. */
const concerning = async (
  c: Change,
  ids: readonly string[],
  emails: readonly string[],
): Promise<string[]> => {
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
