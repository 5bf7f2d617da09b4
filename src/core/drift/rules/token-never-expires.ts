import { sql } from 'drizzle-orm';
import { among, defineRule } from '../rule.ts';
import { ownerOf, tokenFacts, tokenOwner } from './token-owner.ts';

/**
 * Active tokens without an end. An organization's own is rotated to one that ends; whoever has a personal one, or a
 * key, makes a new one themselves, and `token-max-life` sees to it that it ends.
 */
export const tokenNeverExpires = defineRule({
  id: 'token-never-expires',
  severity: 'low',
  title: 'Tokens without an end',
  why: 'A secret that never ends outlives whoever knew it. Set `token-max-life`, so that new ones end, and rotate it; with an overlap nothing breaks.',
  facts: tokenFacts,
  find: (scope) => sql`
    select t.id::text as subject,
      jsonb_build_object('id', t.id, 'token', t.name, 'kind', t.kind, 'owner', ${tokenOwner}) as facts
    from tokens t
    where t.organization_id = ${scope.organization.id} and t.state = 'active' and t.expires_at is null
      ${among(scope, sql`t.id`)}`,
  says: (facts, told) => `Token ${facts.token}${ownerOf(facts, told)} has no end`,
  fix: ({ kind, token }) =>
    kind === 'organization'
      ? [{ command: 'org token rotate', args: { name: token, expires: '90d', overlap: '7d' } }]
      : [],
  oneByOne: true,
  owner: ({ kind, owner }) => (kind === 'service-account' ? null : owner),
});
