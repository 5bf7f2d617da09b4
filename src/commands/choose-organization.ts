import { DomainError } from '../core/errors.ts';
import { closest, nearestFew } from '../core/nearest.ts';
import { findOrganization } from '../core/organization/find.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { Caller, Membership } from '../core/user/identify.ts';
import type { Db } from '../db/client.ts';

export type Chosen = { organization: Organization } | { choices: Membership[] };

const unreachable = (named: string, reachable: readonly string[]): DomainError =>
  /^[0-9a-f-]{36}$/i.test(named)
    ? new DomainError('not-member', 'You are not a member of the organization that this belongs to.', {
        todo: 'Leave it to those who are, or ask one of its administrators for an invitation.',
      })
    : new DomainError(
        'not-found',
        `There is no organization \`${named.slice(0, 60)}\` that you can reach from here.`,
        {
          ...closest(nearestFew(named.trim().toLowerCase(), reachable), 'See yours with `/org list`.'),
          field: 'org',
        },
      );

/**
 * Which organization a command means (spec, section 4): the one it names, else the one last chosen here, else the
 * only connected one that the caller is a member of, else a list to choose from. Operators reach every organization
 * by name, from any workspace (rule 11).
 */
export const chooseOrganization = async (
  db: Db,
  caller: Caller,
  named: string | undefined,
): Promise<Chosen> => {
  const connected = caller.organizations.filter((organization) => organization.connected);
  if (named !== undefined) {
    const typed = named.trim().toLowerCase();
    const here = connected.find((organization) => organization.slug === typed || organization.id === typed);
    if (here && (here.state || caller.operator)) return { organization: here };
    const anywhere = caller.operator ? await findOrganization(db, typed) : undefined;
    if (anywhere) return { organization: anywhere };
    throw unreachable(
      named,
      connected.filter(({ state }) => state !== undefined).map(({ slug }) => slug),
    );
  }
  const mine = connected.filter((organization) => organization.state !== undefined);
  const current = mine.find((organization) => organization.id === caller.currentId);
  if (current) return { organization: current };
  const [only, ...others] = mine;
  if (only && others.length === 0) return { organization: only };
  if (only) return { choices: mine };
  throw new DomainError(
    'not-member',
    connected.length === 0
      ? 'No organization is connected to this workspace yet.'
      : 'You are not a member of any organization here.',
    {
      todo:
        connected.length === 0
          ? 'Create one with `/org create`, or connect one that you run with `/org connect`.'
          : 'Ask one of its administrators for an invitation.',
      facts: connected.length === 0 ? { create: 'yes' } : {},
    },
  );
};
