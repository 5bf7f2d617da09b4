import { type Rule, severities } from '../rule.ts';
import { accessChanged } from './access-changed.ts';
import { deactivatedWithGrants } from './deactivated-with-grants.ts';
import { grantRedundant } from './grant-redundant.ts';
import { invitationStale } from './invitation-stale.ts';
import { memberDormant } from './member-dormant.ts';
import { memberLeftWorkspace } from './member-left-workspace.ts';
import { noProjects } from './no-projects.ts';
import { privilegedUnapproved } from './privileged-unapproved.ts';
import { roleUnused } from './role-unused.ts';
import { serviceAccountOwnerless } from './service-account-ownerless.ts';
import { singleAdmin } from './single-admin.ts';
import { ssoNotUsed } from './sso-not-used.ts';
import { tokenNeverExpires } from './token-never-expires.ts';
import { tokenOwnerDeactivated } from './token-owner-deactivated.ts';
import { tokenUnused } from './token-unused.ts';
import { tooManyAdmins } from './too-many-admins.ts';

/** Every rule of drift. The order is that in which findings of one severity are listed. */
export const rules: readonly Rule[] = [
  tokenOwnerDeactivated,
  memberLeftWorkspace,
  privilegedUnapproved,
  accessChanged,
  singleAdmin,
  tooManyAdmins,
  serviceAccountOwnerless,
  tokenUnused,
  memberDormant,
  tokenNeverExpires,
  invitationStale,
  deactivatedWithGrants,
  grantRedundant,
  ssoNotUsed,
  roleUnused,
  noProjects,
].toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

const byId = new Map(rules.map((rule) => [rule.id, rule]));
if (byId.size !== rules.length) throw new Error('Two rules of drift have the same id');

export const ruleNamed = (id: string): Rule | undefined => byId.get(id);
