import { listAudit } from '../core/audit/list.ts';
import { verifyAudit } from '../core/audit/verify.ts';
import { databaseTime } from '../core/clock.ts';
import { auditListCard, auditVerifiedCard } from '../views/audit.ts';
import { act } from '../views/parts.ts';
import { carried, duration, name, optional } from './argument.ts';
import { inOrganization } from './command.ts';

const may = 'Whoever holds audit:read: administrators.';
const permission = 'audit:read';

export const auditCommands = [
  inOrganization({
    root: 'org',
    name: 'audit list',
    summary: 'Show who did what',
    details: 'Shows what happened, newest first, narrowed by who, to whom, what and since when.',
    example: '/org audit list actor:ada@example.com since:7d',
    may,
    permission,
    args: {
      actor: optional({ ...name('Who did it', { placeholder: 'ada@example.com' }), short: 'E-mail' }),
      target: optional({ ...name('To whom or what', { placeholder: 'REQ-7' }), short: 'Who or what' }),
      action: optional(name('Action', { placeholder: 'invitation.sent' })),
      since: optional({ ...duration('Since'), hint: 'Such as 7d, or a date' }),
      after: carried(),
    },
    run: async (ctx, { actor, target, action, since, after }) => {
      const now = await databaseTime(ctx.db);
      const from = since && ('at' in since ? since.at : new Date(now.getTime() - since.seconds * 1000));
      const page = await listAudit(ctx, ctx.organization, {
        actor,
        target,
        action,
        since: from,
        before: after === undefined ? undefined : Number(after),
      });
      const again = { actor, target, action, since: from?.toISOString() };
      const args = Object.fromEntries(
        Object.entries(again).filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
      return auditListCard(page, act('org audit list', args));
    },
  }),
  inOrganization({
    root: 'org',
    name: 'audit verify',
    summary: 'Prove nothing was altered',
    details: "Walks the organization's whole audit chain and says whether every event is as it was written.",
    example: '/org audit verify',
    may,
    permission,
    args: {},
    run: async (ctx) => auditVerifiedCard(await verifyAudit(ctx, ctx.organization)),
  }),
];
