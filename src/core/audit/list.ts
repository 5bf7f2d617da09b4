import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { audit } from '../../db/schema/index.ts';
import { look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';

export interface ListedEvent {
  sequence: number;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  reason: string;
  facts: Record<string, unknown>;
}

/** Events, newest first, narrowed by exact actor, target, action and by `since`. */
export const listAudit = async (
  ctx: Context,
  organization: Organization,
  input: {
    actor?: string | undefined;
    target?: string | undefined;
    action?: string | undefined;
    since?: Date | undefined;
    before?: number | undefined;
    size?: number;
  },
): Promise<Page<ListedEvent>> =>
  look(ctx, organization, async (s) => {
    need(s, 'audit:read', 'read the audit');
    const size = input.size ?? 10;
    const rows = await s.db
      .select()
      .from(audit)
      .where(
        and(
          eq(audit.organizationId, organization.id),
          input.actor ? eq(audit.actor, input.actor.toLowerCase()) : undefined,
          input.target ? sql`lower(${audit.target}) = ${input.target.toLowerCase()}` : undefined,
          input.action ? eq(audit.action, input.action.toLowerCase()) : undefined,
          input.since ? gte(audit.at, input.since) : undefined,
          input.before ? lt(audit.sequence, input.before) : undefined,
        ),
      )
      .orderBy(desc(audit.sequence))
      .limit(size + 1);
    const items = rows.slice(0, size).map((row) => {
      const event = JSON.parse(row.event) as { reason?: string; facts?: Record<string, unknown> };
      return {
        sequence: row.sequence,
        at: row.at,
        actor: row.actor,
        action: row.action,
        target: row.target,
        reason: event.reason ?? '',
        facts: event.facts ?? {},
      };
    });
    return { items, next: rows.length > size ? String(items.at(-1)?.sequence) : undefined };
  });
