import { type SQL, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { NewEvent } from '../audit/event.ts';
import type { Change } from '../change.ts';
import { instantOf } from '../drift/rule.ts';
import { redelivered } from '../message.ts';

/**
 * Messages with buttons about what others settle too, and the events that settle it. `named`: they name whom they
 * concern, unless they tell of many at once.
 */
const FOLLOWED: readonly { events: RegExp; notices: readonly string[]; named: boolean }[] = [
  {
    events: /^invitation\.(?:sent|resent|revoked|accepted)$/,
    notices: ['invitation-wanted', 'invitation-wrong-address', 'invitations-expired'],
    named: true,
  },
  {
    events: /^(?:member\.(?:deactivated|reactivated|removed|left)|offboarding\.opened)$/,
    notices: ['member-left-workspace'],
    named: true,
  },
  {
    events:
      /^(?:grant\.(?:changed|ended|returned|revoked)|member\.(?:left|removed|role-changed|role-ended)|project\.deleted|role\.deleted)$/,
    notices: ['access-ending'],
    named: true,
  },
  {
    events: /^finding\.(?:accepted|fixed|reopened|snoozed)$/,
    notices: ['finding-answered'],
    named: true,
  },
  {
    events:
      /^(?:finding\.(?:accepted|reopened|resolved|snoozed)|token\.(?:deactivated|reactivated|reassigned|revoked))$/,
    notices: ['tokens-flagged'],
    named: false,
  },
];

/** Nobody looks for the buttons of what was said longer ago, or before so many others. */
const SINCE = sql.raw("interval '30 days'");
const NEWEST = 50;

const followedBy = (events: readonly NewEvent[]) =>
  FOLLOWED.flatMap(({ events: wanted, notices, named }) => {
    const settling = events.filter(({ action }) => wanted.test(action));
    const names = settling.map(({ target }) => (named && target ? target : ''));
    return settling.length > 0 ? [{ notices, names }] : [];
  });

/** Draws anew what this change has settled. They are found by their organization. */
export const followMessages = async (c: Change, events: readonly NewEvent[]): Promise<void> => {
  for (const { notices, names } of followedBy(events)) {
    await drawAnew(
      c,
      notices,
      sql`exists (select from unnest(${sql.param(names)}::text[]) name where position(name in data::text) > 0)`,
    );
  }
};

/** Draws anew what somebody answered about findings that a run has opened or resolved: its event names none of them. */
export const followFindings = async (c: Change): Promise<void> =>
  drawAnew(
    c,
    ['finding-answered'],
    sql`exists (select from findings f where f.organization_id = ${c.organization.id}
      and f.number = substring(data ->> 'finding' from '^DRF-([0-9]{1,9})$')::int and f.changed_at = ${instantOf(c.now)})`,
  );

const drawAnew = async (c: Change, notices: readonly string[], which: SQL): Promise<void> => {
  const said = rowsOf<{ id: string; platform: string; workspaceId: string; recipient: string }>(
    await c.db.execute(sql`
      select id, platform, workspace_id as "workspaceId", recipient from messages
      where subject_id = ${c.organization.id} and state = 'sent' and created_at > statement_timestamp() - ${SINCE}
        and notice = any(${sql.param([...notices])}::text[]) and ${which}
      order by id desc limit ${NEWEST}`),
  );
  c.enqueue(...said.map(redelivered));
};
