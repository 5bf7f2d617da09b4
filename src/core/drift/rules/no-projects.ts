import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineRule } from '../rule.ts';

/** CW-01: an organization may have no project, and is told so. */
export const noProjects = defineRule({
  id: 'no-projects',
  severity: 'low',
  title: 'Nothing to give access to',
  why: 'Without one there is nothing that anybody could be given access to. Create the first.',
  facts: z.object({}),
  find: ({ organization }) => sql`
    select 'organization' as subject, '{}'::jsonb as facts
    where not exists (select from projects pr where pr.organization_id = ${organization.id})`,
  says: (_facts, { words }) => `There are no ${words.projects} yet`,
  asks: 'name',
  fix: (_facts, name) => [{ command: 'org project create', args: { project: name } }],
});
