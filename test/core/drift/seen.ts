import { expect } from 'vitest';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import type { Minted } from '../../support/organization.ts';

const told = { words: { project: 'workspace', projects: 'workspaces' }, email: (address: string) => address };

/** What a rule says now, as an administrator sees it. */
export const seen = async (here: Minted, rule: string): Promise<string[]> => {
  const ctx = await here.world.as(here.admin);
  const run = await runDrift(ctx, here.organization);
  expect(run.unreadable).toEqual([]);
  const { items } = await listFindings(ctx, here.organization, { rule, size: 50 });
  return items.map((finding) => finding.rule.says(finding.facts, told));
};
