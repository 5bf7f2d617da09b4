import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { findings } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import type { Outgoing } from '../delivery/find.ts';
import { inChannels } from '../drift-report/recipients.ts';
import { inEachOrganization } from '../each-organization.ts';
import { toAdministrators } from '../member/administrators.ts';
import { findOrganization } from '../organization/find.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { type Finding, findingsNumbered } from './list.ts';
import { tokenOwnerDeactivated as rule } from './rules/token-owner-deactivated.ts';
import { runRules } from './run.ts';

/** How many tokens one message has buttons for; the rest is counted, and a press away. */
const NAMED = 10;

/** Organizations with an active token of somebody who is not, or with a finding that says so and may be over. */
const due = sql`
  select o.id as "organizationId" from organizations o where exists (
    select from principals p
    join tokens t on t.organization_id = p.organization_id and t.member_id = p.id and t.state = 'active'
    where p.organization_id = o.id and p.state <> 'active' and p.kind = 'member')
    or exists (select from findings f
      where f.organization_id = o.id and f.rule = ${rule.id} and f.state = 'open')
  union
  select o.organization_id from offboardings o where o.closed_at is null`;

/**
 * CW-40: active tokens of people who are gone become findings, and the administrators hear of each new one once, of
 * all that are new in one message. @returns how many were new
 */
export const flagTokens = async (ctx: Context): Promise<number> =>
  inEachOrganization(
    rowsOf<{ organizationId: string }>(await ctx.db.execute(due)),
    async (organizationId) => {
      const organization = await findOrganization(ctx.db, organizationId);
      if (!organization) return 0;
      await runRules(ctx, organization, [rule]);
      // What nobody was told of when a job ended too early is told by the next one.
      return change(ctx, organizationId, tellOfNew);
    },
  );

const tellOfNew = async (c: Change): Promise<number> => {
  const organizationId = c.organization.id;
  const fresh = await c.db
    .update(findings)
    .set({ toldAt: c.now })
    .where(
      and(
        eq(findings.organizationId, organizationId),
        eq(findings.rule, rule.id),
        eq(findings.state, 'open'),
        isNull(findings.toldAt),
      ),
    )
    .returning({ number: findings.number });
  if (fresh.length === 0) return 0;
  const numbers = fresh.map(({ number }) => number).sort((a, b) => a - b);
  const said = {
    notice: 'tokens-flagged',
    data: { organizationId, findings: numbers.slice(0, NAMED), count: numbers.length },
    subjectId: organizationId,
  };
  const channels = await inChannels(c, said);
  c.say(...(channels.length > 0 ? channels : await toAdministrators(c, said)));
  return numbers.length;
};

export interface FlaggedTokens {
  organization: Organization;
  findings: readonly Finding[];
  /** What has become of each token, by its id. */
  states: ReadonlyMap<string, string>;
  count: number;
  masked: boolean;
}

/** The message as it is drawn at this moment: what has been dealt with meanwhile says so. */
export const flaggedTokens = async (
  db: Db,
  organization: Organization,
  message: Outgoing,
  data: { findings: readonly number[]; count: number },
): Promise<FlaggedTokens> => {
  const found = await findingsNumbered({ db, organization }, data.findings);
  const states = rowsOf<{ id: string; state: string }>(
    await db.execute(sql`
      select id, state from tokens
      where organization_id = ${organization.id} and id = any(${sql.param(found.map(({ facts }) => String(facts.id)))}::uuid[])`),
  );
  return {
    organization,
    findings: found,
    states: new Map(states.map(({ id, state }) => [id, state])),
    ...(await countedFor(db, organization, message, data)),
  };
};

const countedFor = async (
  db: Db,
  organization: Organization,
  message: Outgoing,
  data: { count: number },
): Promise<Pick<FlaggedTokens, 'count' | 'masked'>> => ({
  count: data.count,
  masked:
    message.recipientKind === 'channel' &&
    (await loadSettings(db, organization.id))['drift-emails'] === 'masked',
});
