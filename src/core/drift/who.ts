import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Told } from './rule.ts';

/** A principal by what people call it. */
export const who = z.object({ kind: z.enum(['member', 'service-account', 'token']), who: z.string() });
export type Who = z.output<typeof who>;

/** Joins what `p` is called by, as `named.who`. */
export const named = sql`
  left join lateral (
    select coalesce(
      (select m.email from members m where m.organization_id = p.organization_id and m.user_id = p.id),
      (select sa.name from service_accounts sa where sa.organization_id = p.organization_id and sa.id = p.id),
      (select t.name from tokens t where t.organization_id = p.organization_id and t.principal_id = p.id
        and t.state <> 'revoked' order by t.created_at desc limit 1),
      p.id::text) as who
  ) named on true`;

const KINDS: Readonly<Record<Who['kind'], string>> = {
  member: '',
  'service-account': 'Service account ',
  token: 'Token ',
};

export const calledIn = (facts: Who, told: Told): string =>
  `${KINDS[facts.kind]}${facts.kind === 'member' ? told.email(facts.who) : facts.who}`;

/** The argument that names it in a command. */
export const asArgument = ({ kind, who: name }: Who): Record<string, string> => ({
  [kind === 'member' ? 'user' : kind]: name,
});
