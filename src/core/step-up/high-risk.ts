import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Settings } from '../organization/settings.ts';
import { needRelyingParty } from '../passkey/relying-party.ts';
import type { Request } from '../request/find.ts';
import { listRolesOf } from '../role/find.ts';

type Asks = Pick<Request, 'roleId' | 'roleName' | 'change'>;

/**
 * The roles that an approval of this request may give, by name. A command that waits for a second person names its
 * roles somewhere in its arguments (see below for those that do not); a project that is called like a role costs a
 * passkey too many.
 */
const rolesGivenBy = ({ roleId, roleName, change }: Asks): string[] => [
  ...(roleId === null ? [] : [roleName]),
  ...(change ? Object.values(change.args).flatMap((value) => value.toLowerCase().split(/[\s,:]+/)) : []),
];

/** Commands that may give roles which their arguments do not name: by default, by a list of findings, or back again. */
const GIVES_UNNAMED: ReadonlySet<string> = new Set([
  'org invite send',
  'org drift fix',
  'org member reactivate',
  'org review restore',
]);

const givesUnnamed = ({ change }: Asks): boolean => change !== null && GIVES_UNNAMED.has(change.command);

/** Which roles are high-risk is as dangerous to change as any of them is to give. */
const changesMarks = ({ change }: Asks): boolean =>
  change?.args.key === 'high-risk-roles' || change?.args['high-risk-roles'] !== undefined;

/** Whether approving it needs a passkey, under this policy. */
export const isHighRisk = (policy: Pick<Settings, 'high-risk-roles'>, request: Asks): boolean => {
  const marked = policy['high-risk-roles'];
  if (marked === null) return false;
  return (
    changesMarks(request) ||
    givesUnnamed(request) ||
    rolesGivenBy(request).some((role) => marked.includes(role))
  );
};

/** What `high-risk-roles` takes: roles that there are, where a browser would make passkeys. @throws DomainError */
export const needHighRiskRoles = async (c: Standing, names: readonly string[] | null): Promise<void> => {
  if (names === null) return;
  needRelyingParty(c.ctx.installation, '`high-risk-roles` was not set');
  const known = (await listRolesOf(c.db, c.organization.id)).map((role) => role.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new DomainError(
    'not-found',
    `\`high-risk-roles\` was not set: there is no role \`${unknown.slice(0, 60)}\` in ${c.organization.name}.`,
    {
      todo: `${near ? `Closest: ${near}. ` : ''}The roles are ${[...new Set(known)].join(', ')}.`,
      field: 'value',
    },
  );
};
