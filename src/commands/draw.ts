import { z } from 'zod';
import { loadHolder } from '../core/access/holder.ts';
import { databaseTime } from '../core/clock.ts';
import type { InstallationPolicy } from '../core/context.ts';
import type { Outgoing } from '../core/delivery/find.ts';
import { meanwhile } from '../core/delivery/outcome.ts';
import { flaggedTokens } from '../core/drift/flag-tokens.ts';
import { drawnReport } from '../core/drift-report/draw.ts';
import { type WrittenInvitation, writtenInvitation } from '../core/invitation/letter.ts';
import { drawnOffboarding } from '../core/member/offboarding.ts';
import { findOrganization } from '../core/organization/find.ts';
import { type WrittenEnrolment, writtenEnrolment } from '../core/passkey/letter.ts';
import { waitingFor, waitingIn } from '../core/request/list.ts';
import { readerMayDecide } from '../core/request/reader.ts';
import { drawnRequest } from '../core/request/show.ts';
import { questionsFor, reviewResult } from '../core/review/show.ts';
import { writtenLinkCode } from '../core/user/link-letter.ts';
import type { Db } from '../db/client.ts';
import type { Card } from '../views/card.ts';
import { driftReportCard } from '../views/drift-report.ts';
import { flaggedTokensCard } from '../views/flagged-tokens.ts';
import { notices } from '../views/notice/index.ts';
import { type Notice, nothingLeftCard } from '../views/notice/notice.ts';
import { organizationDeleted } from '../views/notice/organization.ts';
import { requestsWaitingCard } from '../views/notice/request.ts';
import { requestSettled } from '../views/notice/request-settled.ts';
import { offboardingCard } from '../views/offboarding.ts';
import { passkeyAddedCard, passkeyGoneCard } from '../views/passkey.ts';
import { requestCard } from '../views/request-card.ts';
import { questionsCard, reviewDoneCard } from '../views/review.ts';
import { withOrganization } from './with-organization.ts';

/** How the letters are written; handed in, because nothing here knows about mail. */
export interface Letters<Letter> {
  invitation(written: WrittenInvitation): Letter;
  linkCode(written: { code: string; minutes: number; workspaceName: string }): Letter;
  passkey(written: WrittenEnrolment): Letter;
}

interface Dependencies<Letter> {
  db: Db;
  installation: InstallationPolicy;
  letters: Letters<Letter>;
}

type Drawer = <Letter>(deps: Dependencies<Letter>, message: Outgoing) => Promise<Card | Letter | undefined>;

const aRequest = z.object({ organizationId: z.uuid(), requestId: z.uuid() });
const aDriftReport = z.object({
  organizationId: z.uuid(),
  reportId: z.uuid(),
  checkedAt: z.coerce.date().optional(),
  instead: z.string().optional(),
});
const aReview = z.object({
  organizationId: z.uuid(),
  reviewId: z.uuid(),
  userId: z.uuid(),
  days: z.number().optional(),
});
const waiting = z.object({
  organizationId: z.uuid(),
  to: z.enum(['channel', 'operators', 'decider']),
  userId: z.uuid().optional(),
});
const anEnding = z.object({ organizationId: z.uuid(), requestId: z.uuid().nullable() });
const anInvitation = z.object({ organizationId: z.uuid(), invitationId: z.uuid() });
const anOffboarding = z.object({ organizationId: z.uuid(), offboardingId: z.uuid() });
const aGoneOrganization = z.object({ name: z.string(), slug: z.string() });
const anEnrolment = z.object({ enrolmentId: z.uuid() });
const aPasskey = z.object({ name: z.string(), at: z.coerce.date() });
const aCode = z.object({ codeId: z.uuid(), workspace: z.string() });

const flagged = z.object({ organizationId: z.uuid(), findings: z.array(z.number()), count: z.number() });

/** Messages that show what is true when they are sent, rather than what was true when they were committed. */
const drawers: Record<string, Drawer> = {
  request: async ({ db, installation }, message) => {
    const { organizationId, requestId } = aRequest.parse(message.data);
    const request = await drawnRequest(db, organizationId, requestId);
    // A channel's card is for whoever may; the copy of somebody who may no longer decide loses its buttons.
    const mayDecide =
      message.recipientKind !== 'person' ||
      (request !== undefined &&
        (request.state === 'pending' || request.kind === 'break-glass') &&
        (await readerMayDecide(db, installation, request.organization, requestId, message)));
    return request && requestCard(request, { mayDecide, reader: message });
  },
  'requests-waiting': async ({ db }, message) => {
    const { organizationId, to, userId } = waiting.parse(message.data);
    const organization = await findOrganization(db, organizationId);
    if (!organization) return undefined;
    const place = { db, organization, now: await databaseTime(db) };
    const holder = userId ? await loadHolder(db, organizationId, userId) : undefined;
    const requests =
      to === 'decider'
        ? holder
          ? await waitingFor(place, holder)
          : []
        : await waitingIn(place, to === 'channel' ? 'all' : 'operators');
    return requests.length > 0 ? requestsWaitingCard(organization, requests, place.now) : undefined;
  },
  'request-settled': async ({ db }, message) => {
    const { organizationId, requestId } = aRequest.parse(message.data);
    const request = await drawnRequest(db, organizationId, requestId);
    return request && requestSettled(request);
  },
  'drift-report': async ({ db }, message) => {
    const data = aDriftReport.parse(message.data);
    const organization = await findOrganization(db, data.organizationId);
    const report = organization && (await drawnReport(db, organization, message, data));
    return report && driftReportCard(report);
  },
  'tokens-flagged': async ({ db }, message) => {
    const data = flagged.parse(message.data);
    const organization = await findOrganization(db, data.organizationId);
    return organization && flaggedTokensCard(await flaggedTokens(db, organization, message, data));
  },
  review: async ({ db }, message) => {
    const data = aReview.parse(message.data);
    const organization = await findOrganization(db, data.organizationId);
    const asked = organization && (await questionsFor(db, organization, data));
    return asked && questionsCard(asked, { days: data.days, sent: message.sentId !== null });
  },
  'review-done': async ({ db }, message) => {
    const data = aReview.pick({ organizationId: true, reviewId: true }).parse(message.data);
    const organization = await findOrganization(db, data.organizationId);
    const result = organization && (await reviewResult(db, organization, data.reviewId));
    return result && reviewDoneCard(result, organization.name);
  },
  'access-ending': async ({ db }, message) => {
    const { organizationId, requestId } = anEnding.parse(message.data);
    const request = requestId === null ? undefined : await drawnRequest(db, organizationId, requestId);
    if (request && request.state !== 'approved') return requestSettled(request);
    const organization = await findOrganization(db, organizationId);
    if (!organization) return undefined;
    const now = await meanwhile(db, organization, message);
    return notices['access-ending'].draw(organization, { ...message.data, ...now });
  },
  invitation: async ({ db, installation, letters }, message) => {
    const written = await writtenInvitation(db, installation, anInvitation.parse(message.data));
    return written && letters.invitation(written);
  },
  offboarding: async ({ db }, message) => {
    const { organizationId, offboardingId } = anOffboarding.parse(message.data);
    const organization = await findOrganization(db, organizationId);
    const run = organization && (await drawnOffboarding(db, organization, offboardingId));
    return run && withOrganization(offboardingCard(run), organization);
  },
  'organization-deleted': async (_deps, message) =>
    organizationDeleted(aGoneOrganization.parse(message.data)),
  'link-code': async ({ db, installation, letters }, message) => {
    const { codeId, workspace } = aCode.parse(message.data);
    const written = await writtenLinkCode(db, installation.secretKey, codeId);
    return written && letters.linkCode({ ...written, workspaceName: workspace });
  },
  'passkey-enrolment': async ({ db, installation, letters }, message) => {
    const { enrolmentId } = anEnrolment.parse(message.data);
    const written = await writtenEnrolment(db, installation, enrolmentId);
    return written && letters.passkey(written);
  },
  'passkey-added': async (_, message) => passkeyAddedCard(aPasskey.parse(message.data)),
  'passkey-removed': async (_, message) => passkeyGoneCard(aPasskey.parse(message.data)),
};

/** Buttons of what stands in a chat already go, whatever has become of what they were about. */
const wasPosted = ({ sentId, recipientKind }: Outgoing): boolean =>
  sentId !== null && recipientKind !== 'address';

const isNotice = (name: string): name is keyof typeof notices => Object.hasOwn(notices, name);

/**
 * Draws a committed message from committed state, at the moment it is sent; undefined where there is nothing left to
 * say. Secrets are made here, and live in the letter alone. Throws for a notice that no view draws: that is a bug.
 */
export const createDraw =
  <Letter>(deps: Dependencies<Letter>) =>
  async (message: Outgoing): Promise<Card | Letter | undefined> => {
    const { notice, organizationId, data } = message;
    const drawer = Object.hasOwn(drawers, notice) ? drawers[notice] : undefined;
    if (drawer) return (await drawer(deps, message)) ?? (wasPosted(message) ? nothingLeftCard : undefined);
    const view: Notice | undefined = isNotice(notice) ? notices[notice] : undefined;
    if (!view) throw new Error(`No view draws the notice ${notice}`);
    const organization = organizationId ? await findOrganization(deps.db, organizationId) : undefined;
    return (
      organization &&
      view.draw(organization, { ...data, ...(await meanwhile(deps.db, organization, message)) })
    );
  };
