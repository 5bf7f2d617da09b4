import { activeMember, holds, type Standing } from '../change.ts';
import { durationInWords } from '../duration.ts';
import { DomainError } from '../errors.ts';
import type { BreakGlass } from '../organization/break-glass.ts';
import { loadPolicies, type Policies } from '../organization/policy.ts';

/** The roles that the actor may take without approval. @throws DomainError `forbidden` where there are none */
export const needBreakGlass = async (s: Standing): Promise<{ policies: Policies; entries: BreakGlass[] }> => {
  const me = activeMember(s);
  const policies = await loadPolicies(s.db, s.organization.id);
  const all = policies.organization['break-glass'];
  if (all === null) {
    throw new DomainError(
      'forbidden',
      `Nothing was taken: in ${s.organization.name} nobody takes access without approval, break-glass is off.`,
      {
        todo: holds(s, 'settings:write')
          ? 'Ask for it with `/access request new`, or name who may take what with `/org settings set break-glass`.'
          : 'Ask for it with `/access request new`.',
      },
    );
  }
  const entries = all.filter(({ people }) => people.includes(me.email));
  if (entries.length > 0) return { policies, entries };
  throw new DomainError(
    'forbidden',
    `Nothing was taken: it is not yours to take access in ${s.organization.name} without approval, you are not among those whom \`break-glass\` names.`,
    { todo: 'Ask for it with `/access request new`.' },
  );
};

/** For a role that is not among theirs. */
export const notTheirs = (role: string, entries: readonly BreakGlass[]): DomainError => {
  const takes = entries.map((entry) => `${entry.role} for ${durationInWords(entry.seconds)}`).join(', ');
  return new DomainError(
    'forbidden',
    `Nothing was taken: ${role.slice(0, 60)} is not yours to take without approval.`,
    {
      todo: `You may take ${takes}. Ask for anything else with \`/access request new\`.`,
      field: 'role',
      near: entries.map((entry) => entry.role),
    },
  );
};
