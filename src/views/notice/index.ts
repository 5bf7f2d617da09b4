import { accessEdited } from './access.ts';
import { findingAnswered, findingAsked } from './drift.ts';
import { driftReportFailed } from './drift-report.ts';
import { grantEnded, grantGiven, grantRevoked } from './grant.ts';
import {
  invitationAccepted,
  invitationsExpired,
  invitationWanted,
  invitationWrongAddress,
} from './invitation.ts';
import {
  memberDeactivated,
  memberLeftWorkspace,
  memberReactivated,
  memberRemoved,
  memberRoleChanged,
  memberRoleEnded,
} from './member.ts';
import type { Notice } from './notice.ts';
import { passkeyWanted } from './passkey.ts';
import { projectDeleted } from './project.ts';
import { breakGlassReviewed, requestEscalated, requestFailed } from './request.ts';
import { reviewAccessEnded, reviewEnding } from './review.ts';
import { roleEdited, roleReplaced } from './role.ts';
import { accessEnding, grantNotOpened, grantOpened } from './time.ts';
import { tokenLeaked } from './token.ts';

/** What core says to members about an organization, by the name that it says it under. */
export const notices = {
  'member-role-changed': memberRoleChanged,
  'member-role-ended': memberRoleEnded,
  'member-deactivated': memberDeactivated,
  'member-reactivated': memberReactivated,
  'member-removed': memberRemoved,
  'member-left-workspace': memberLeftWorkspace,
  'drift-report-failed': driftReportFailed,
  'grant-given': grantGiven,
  'grant-revoked': grantRevoked,
  'grant-ended': grantEnded,
  'access-edited': accessEdited,
  'finding-asked': findingAsked,
  'finding-answered': findingAnswered,
  'passkey-wanted': passkeyWanted,
  'project-deleted': projectDeleted,
  'break-glass-reviewed': breakGlassReviewed,
  'request-escalated': requestEscalated,
  'request-failed': requestFailed,
  'role-edited': roleEdited,
  'role-replaced': roleReplaced,
  'review-ending': reviewEnding,
  'review-access-ended': reviewAccessEnded,
  'invitation-accepted': invitationAccepted,
  'invitation-wanted': invitationWanted,
  'invitation-wrong-address': invitationWrongAddress,
  'invitations-expired': invitationsExpired,
  'access-ending': accessEnding,
  'grant-opened': grantOpened,
  'grant-not-opened': grantNotOpened,
  'token-leaked': tokenLeaked,
} satisfies Record<string, Notice>;
