import type { ShownRequest } from '../core/request/show.ts';
import type { Action, Button } from './card.ts';
import { act, button } from './parts.ts';
import { shorten } from './plain.ts';
import { accessInWords, lastingInWords, spanInWords } from './request-terms.ts';

const SAYS = 75;

const which = (request: ShownRequest) => ({ request: request.name, org: request.organization.id });

const says = (verb: string, { name, role, change, requester }: ShownRequest): string =>
  shorten(`${verb} ${name}: ${change?.title ?? role} for ${requester.email}`, SAYS);

/** They carry what the card showed: a request that has changed since is not decided by them, nor offered where it would be. */
export const decideButtons = (request: ShownRequest): Button[] => {
  const seen = { ...which(request), seen: request.contentHash };
  const deny = button('Deny', act('access request deny', seen), {
    style: 'danger',
    says: says('Deny', request),
  });
  if (request.roleEdited) return [deny];
  return [
    // A page asks for the passkey, and shows there what would be confirmed here.
    button('Approve', act('access request approve', request.needsPasskey ? { ...seen, page: 'yes' } : seen), {
      style: 'primary',
      says: says('Approve', request),
      ...(request.needsPasskey ? {} : { confirm: confirmation(request) }),
    }),
    deny,
  ];
};

export const detailsButton = (request: ShownRequest): Button =>
  button('Details', act('access request show', which(request)), { says: says('Show', request) });

/** What a requester can do with a request of theirs in the state that it is in. */
export const ownButtons = (request: ShownRequest): Button[] => {
  const cancel = button('Cancel request', act('access request cancel', which(request)), {
    says: says('Cancel', request),
  });
  if (!['access', 'break-glass'].includes(request.kind)) return request.state === 'pending' ? [cancel] : [];
  if (request.state === 'pending') {
    return [
      button('Change', act('access request edit', which(request)), { says: says('Change', request) }),
      cancel,
    ];
  }
  if (request.state !== 'approved') return [againButton(request)];
  return [
    ...(request.accessEndsAt
      ? [button('Extend', act('access request extend', which(request)), { says: says('Extend', request) })]
      : []),
    returnButton(
      act('access request return', which(request)),
      accessInWords(request),
      says('Return', request),
    ),
  ];
};

/** Gives access back, after a word about what is lost. */
export const returnButton = (action: Action, what: string, aloud: string): Button =>
  button('Return', action, {
    says: aloud,
    confirm: {
      title: 'Return this access now?',
      text: `You lose ${shorten(what, 90)} at once. You can ask again.`,
      yes: 'Return',
    },
  });

const againButton = (request: ShownRequest): Button => {
  const { role, project, organization } = request;
  const args = { role, ...(project === null ? {} : { project }), org: organization.id };
  return button('Ask again', act('access request new', args), {
    says: shorten(`Ask again for ${accessInWords(request)}`, SAYS),
  });
};

type Confirmation = NonNullable<Button['confirm']>;

const LONGEST_TEXT = 290;

/** What pressing does: where more approvals are wanted, nothing yet. */
const confirmation = (request: ShownRequest): Confirmation => {
  const last = whenDecided(request);
  const { required, counted } = request.approvals;
  const given = counted.length + 1;
  if (request.toOperators || given >= required) return last;
  const text = `This is approval ${given} of ${required}: nothing changes before the last one. Then ${last.text}`;
  return { ...last, text: shorten(text, LONGEST_TEXT) };
};

const whenDecided = (request: ShownRequest): Confirmation => {
  const { kind, name, change, role, seconds, requester, beneficiary, organization } = request;
  if (change) {
    return {
      title: `Approve ${name}?`,
      text: `${shorten(change.title, 90)}, of ${shorten(organization.name, 40)}. It is done at once, as ${shorten(requester.email, 60)}.`,
      yes: 'Approve',
    };
  }
  if (kind === 'removal') {
    return {
      title: `Remove ${shorten(beneficiary ?? '', 60)}?`,
      text: `The membership of ${shorten(organization.name, 40)} ends with everything it gave. A new invitation starts from nothing.`,
      yes: 'Remove',
    };
  }
  const span = seconds === null ? 'without an end' : `for ${spanInWords(seconds)}`;
  const what = `${shorten(accessInWords({ ...request, beneficiary: null }), 90)} of ${shorten(organization.name, 40)}`;
  return {
    title: `Approve ${shorten(role, 60)} ${span}?`,
    text: `${shorten(beneficiary ?? requester.email, 60)} gets ${what} ${lastingInWords(request)}. ${
      seconds === null ? 'Somebody has to take it away again.' : 'It ends by itself.'
    }`,
    yes: 'Approve',
  };
};
