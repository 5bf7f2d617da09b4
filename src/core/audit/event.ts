import type { Actor } from '../context.ts';

/** Everything that can happen, as `noun.verb`. An action that is missing here does not compile. */
export type AuditAction =
  | 'account.linked'
  | 'account.unlinked'
  | 'approval.given'
  | 'break-glass.reviewed'
  | 'break-glass.taken'
  | 'baseline.accepted'
  | 'drift.report-failed'
  | 'drift.reported'
  | 'export.made'
  | 'finding.accepted'
  | 'finding.answered'
  | 'finding.asked'
  | 'finding.fixed'
  | 'finding.opened'
  | 'finding.reopened'
  | 'finding.resolved'
  | 'finding.snoozed'
  | 'grant.added'
  | 'grant.changed'
  | 'grant.ended'
  | 'grant.not-opened'
  | 'grant.opened'
  | 'grant.returned'
  | 'grant.revoked'
  | 'installation.default-moved'
  | 'organization.namespace-assigned'
  | 'installation.namespaces-allowed'
  | 'invitation.accepted'
  | 'invitation.asked'
  | 'invitation.copied'
  | 'invitation.expired'
  | 'invitation.resent'
  | 'invitation.revoked'
  | 'invitation.sent'
  | 'invitation.wrong-address'
  | 'link-code.shown'
  | 'member.deactivated'
  | 'member.external-id-changed'
  | 'member.joined'
  | 'member.left'
  | 'member.reactivated'
  | 'member.removed'
  | 'member.role-changed'
  | 'member.role-ended'
  | 'member.signed-in'
  | 'offboarding.closed'
  | 'offboarding.opened'
  | 'operator.added'
  | 'operator.removed'
  | 'organization.connected'
  | 'organization.created'
  | 'organization.deleted'
  | 'organization.disconnected'
  | 'organization.renamed'
  | 'passkey.added'
  | 'passkey.removed'
  | 'passkey-link.shown'
  | 'project.created'
  | 'project.default-role-changed'
  | 'project.deleted'
  | 'request.approved'
  | 'request.cancelled'
  | 'request.denied'
  | 'request.edited'
  | 'request.ended'
  | 'request.escalated'
  | 'request.expired'
  | 'request.failed'
  | 'request.opened'
  | 'request.returned'
  | 'resource.added'
  | 'resource.removed'
  | 'review.ended'
  | 'review.kept'
  | 'review.removed'
  | 'review.restored'
  | 'review.started'
  | 'service-account.created'
  | 'service-account.deleted'
  | 'service-account.disabled'
  | 'service-account.edited'
  | 'service-account.enabled'
  | 'service-account.rotated'
  | 'role.created'
  | 'role.deleted'
  | 'role.edited'
  | 'settings.changed'
  | 'token.created'
  | 'token.deactivated'
  | 'token.reactivated'
  | 'token.reassigned'
  | 'token.revoked'
  | 'token.role-changed'
  | 'token.rotated';

/** What a verb reports. `facts` never hold a secret. */
export interface NewEvent {
  action: AuditAction;
  /** The person or thing it happened to, by the name that people know: an e-mail address, a project, `REQ-7`. */
  target?: string;
  reason?: string;
  facts?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** The actor as the audit names it: an e-mail address where one is known. */
export const actorName = (actor: Actor): string =>
  actor.kind === 'account'
    ? (actor.email ?? `${actor.platform}:${actor.workspaceId}:${actor.externalId}`)
    : actor.kind === 'invitee'
      ? actor.email
      : `${actor.kind}:${actor.name}`;

/** Through what the actor acted. */
export const actorVia = (actor: Actor): string =>
  actor.kind === 'account'
    ? actor.approved
      ? `${actor.approved.request}, approved by ${actor.approved.by}`
      : `${actor.platform}:${actor.workspaceId}:${actor.externalId}`
    : actor.kind === 'invitee'
      ? 'invitation link'
      : actor.kind === 'token'
        ? 'token'
        : 'rollcall';
