import { durationInWords, durationTyped } from '../core/duration.ts';
import { loadSettings } from '../core/organization/settings.ts';
import { cancelRequest } from '../core/request/cancel.ts';
import { denyRequest } from '../core/request/decide.ts';
import { editRequest } from '../core/request/edit.ts';
import { extendRequest, extensionTerms } from '../core/request/extend.ts';
import { listRequests } from '../core/request/list.ts';
import { type Opened, openRequest } from '../core/request/open.ts';
import { returnRequest } from '../core/request/return.ts';
import { showRequest } from '../core/request/show.ts';
import type { Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { act } from '../views/parts.ts';
import { requestCard } from '../views/request-card.ts';
import { decidedCard, openedCard, requestChangedCard, requestListCard } from '../views/request-list.ts';
import { approve } from './approve.ts';
import { carried, duration, optional, project, prose, request, role } from './argument.ts';
import { always, type InOrganization, inOrganization } from './command.ts';
import { formOf } from './form-of.ts';
import { commandNamed } from './index.ts';
import { needRoleName } from './need-role-name.ts';
import { orStepUp } from './step-up.ts';

const EVERY_MEMBER = 'Every member, for themselves.';
const DECIDERS = 'Whoever holds requests:decide there and may give the role; never the requester.';

const lasting = ({ seconds, from }: Opened): string =>
  [
    seconds === null ? 'without an end' : `for ${durationInWords(seconds)}`,
    from ? 'from the start that you named' : '',
  ]
    .filter(Boolean)
    .join(', ');

const opened = (ctx: InOrganization, result: Opened): Card =>
  openedCard(result, ctx.organization.model.words, lasting(result));

const prefilled = (command: string, args: Record<string, string>): Form => {
  const declared = commandNamed(command);
  if (!declared) throw new Error(`No command ${command}`);
  return formOf(declared, act(command, args), {}, true);
};

export const requestCommands = [
  inOrganization({
    root: 'access',
    name: 'request new',
    summary: 'Ask for access',
    details:
      'Asks for a role, in a project or in the whole organization; whoever may decide gets a card with buttons.',
    example: '/access request new developer search-prod for:8h reason:"incident 77"',
    may: EVERY_MEMBER,
    args: {
      role: role(),
      project: optional({ ...project(), hint: 'Leave it out for an organization role' }),
      for: optional(duration()),
      from: optional(duration('From')),
      reason: {
        ...optional(prose('Reason')),
        wanted: async (ctx, organization) => (await loadSettings(ctx.db, organization.id))['reason-required'],
      },
    },
    run: async (ctx, args) =>
      opened(
        ctx,
        await openRequest(ctx, {
          organizationId: ctx.organization.id,
          role: needRoleName(args.role),
          project: args.project,
          for: args.for,
          from: args.from,
          reason: args.reason,
        }),
      ),
  }),
  inOrganization({
    root: 'access',
    name: 'request list',
    summary: 'My requests, and my decisions',
    details: 'Shows what you asked for, and what waits for your decision.',
    example: '/access request list',
    may: 'Every member.',
    args: {},
    run: async (ctx) => requestListCard(await listRequests(ctx, ctx.organization)),
  }),
  inOrganization({
    root: 'access',
    name: 'request show',
    summary: 'Show a request',
    details: 'Shows a request of yours, or one that you may decide, with what it would change.',
    example: '/access request show REQ-7',
    may: 'The requester, and whoever may decide.',
    args: { request: request() },
    run: async (ctx, args) => {
      const shown = await showRequest(ctx, ctx.organization, args.request);
      return requestCard(shown.request, { full: true, mine: shown.mine, mayDecide: shown.mayDecide });
    },
  }),
  inOrganization({
    root: 'access',
    name: 'request edit',
    summary: 'Change an open request',
    details: 'Changes for how long or why you ask; approvers see it anew before they decide.',
    example: '/access request edit REQ-7 for:4h',
    may: 'The requester, while it is open.',
    settles: (args) => args.for !== undefined || args.reason !== undefined,
    args: { request: request(), for: optional(duration()), reason: optional(prose('Reason')) },
    run: async (ctx, args) => {
      if (args.for === undefined && args.reason === undefined) {
        const { request: now } = await showRequest(ctx, ctx.organization, args.request);
        return prefilled('access request edit', { request: now.name, reason: now.reason });
      }
      const edited = await editRequest(ctx, {
        organizationId: ctx.organization.id,
        request: args.request,
        for: args.for,
        reason: args.reason,
      });
      const voided =
        edited.voided.length > 0
          ? ` What ${edited.voided.join(' and ')} approved counts no more: they are asked anew.`
          : '';
      return requestChangedCard(
        `${edited.name} is changed`,
        `Every card of it is drawn anew.${voided}`,
        edited.name,
      );
    },
  }),
  inOrganization({
    root: 'access',
    name: 'request extend',
    summary: 'Ask for more time',
    details: 'Asks anew for access that you have for a time, before it ends.',
    example: '/access request extend REQ-7 for:8h reason:"not done yet"',
    may: 'The requester, while the access lasts.',
    settles: (args) => args.for !== undefined || args.reason !== undefined,
    args: { request: request(), for: optional(duration()), reason: optional(prose('Reason')) },
    run: async (ctx, args) => {
      if (args.for !== undefined || args.reason !== undefined)
        return opened(ctx, await extendRequest(ctx, ctx.organization, args));
      const { name, seconds, reason } = await extensionTerms(ctx, ctx.organization, args.request);
      return prefilled('access request extend', {
        request: name,
        ...(seconds === null ? {} : { for: durationTyped(seconds) }),
        reason,
      });
    },
  }),
  inOrganization({
    root: 'access',
    name: 'request cancel',
    summary: 'Withdraw a request',
    details: 'Withdraws an open request of yours.',
    example: '/access request cancel REQ-7',
    may: 'The requester, while it is open.',
    settles: always,
    args: { request: request() },
    run: async (ctx, args) => {
      const { name } = await cancelRequest(ctx, {
        organizationId: ctx.organization.id,
        request: args.request,
      });
      return requestChangedCard(`${name} is cancelled`, 'Nobody is asked any more. It gave nothing.', name);
    },
  }),
  inOrganization({
    root: 'access',
    name: 'request return',
    summary: "I'm done, take it back",
    details: 'Gives back access that you asked for, before it ends by itself.',
    example: '/access request return REQ-7',
    may: 'The requester, while the access lasts.',
    settles: always,
    args: { request: request() },
    run: async (ctx, args) => {
      const back = await returnRequest(ctx, { organizationId: ctx.organization.id, request: args.request });
      const what = `You are no longer ${back.role}${back.project ? ` in ${back.project}` : ''} through it.`;
      return requestChangedCard(`${back.name} is returned`, what, back.name);
    },
  }),
  inOrganization({
    root: 'access',
    name: 'request approve',
    summary: 'Approve a request',
    details: 'Gives what was asked for, at once; everything is checked again when you do.',
    example: '/access request approve REQ-7',
    may: DECIDERS,
    permission: 'requests:decide',
    settles: ({ page }) => page === undefined,
    args: { request: request(), reason: optional(prose('Note')), seen: carried(), page: carried() },
    run: async (ctx, { page: _, ...decision }) =>
      orStepUp(
        ctx,
        { action: 'request.approve', subject: decision.request, note: decision.reason },
        async () => decidedCard(await approve(ctx, decision), 'approved'),
      ),
  }),
  inOrganization({
    root: 'access',
    name: 'request deny',
    summary: 'Deny a request',
    details: 'Refuses a request and tells the requester why.',
    example: '/access request deny REQ-7 "use the runbook role instead"',
    may: DECIDERS,
    permission: 'requests:decide',
    settles: always,
    args: { request: request(), reason: prose('Reason'), seen: carried(), taken: carried() },
    formWords: ({ taken }) =>
      taken === undefined
        ? undefined
        : {
            title: 'Not justified',
            details: 'Says that this was not justified, and why. What of it still lasts ends at once.',
            submit: 'Not justified',
          },
    run: async (ctx, args) =>
      decidedCard(await denyRequest(ctx, { organizationId: ctx.organization.id, ...args }), 'denied'),
  }),
];
