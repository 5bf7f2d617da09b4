import { html } from 'hono/html';
import { type State, sheet } from '../invitation/sheet.ts';

/** What the provider's answer comes to: nothing yet. Scanners follow links, so only the button goes on. */
export const comeBackPage = (query: string): string =>
  sheet({
    name: 'signed-in',
    title: 'One more step',
    sign: '→',
    body: html`<p>You come from your organization's sign-in. Nothing has changed yet.</p><form method="post" action="/sso/finish" data-plain><input type="hidden" name="query" value="${query}"><button>Accept the invitation</button></form>`,
  });

const AGAIN = 'Open the link from your letter again to start anew.';

const words: Record<string, Pick<State, 'title' | 'tone'> & { text: string }> = {
  expired: {
    title: 'This sign-in no longer works',
    tone: 'warn',
    text: `Nothing changed: it has run out, was used already, or began in another browser. ${AGAIN}`,
  },
  refused: {
    title: 'You were not signed in',
    tone: 'warn',
    text: `Nothing changed: the provider did not sign you in. ${AGAIN}`,
  },
  unproven: {
    title: 'The sign-in could not be checked',
    tone: 'bad',
    text: `Nothing changed: what the provider answered could not be proven to be its own. ${AGAIN} If it stays, tell whoever invited you.`,
  },
  unverified: {
    title: 'Your address is not verified',
    tone: 'warn',
    text: 'Nothing changed: the provider does not say that your address is verified. Have it verified there, then open the link from your letter again.',
  },
  address: {
    title: 'This is another address',
    tone: 'warn',
    text: 'Nothing changed: you signed in with another address than the invited one. Sign in with the invited address, or ask for an invitation to the one you use.',
  },
  unavailable: {
    title: 'The sign-in is not reachable',
    tone: 'bad',
    text: `Nothing changed: the organization's provider does not answer. Try again in a few minutes. ${AGAIN}`,
  },
  'not-set': {
    title: 'There is nothing to sign in with',
    tone: 'bad',
    text: 'Nothing changed: the organization has no provider any more. Ask whoever invited you for a new invitation.',
  },
};

export const signInFailedPage = (why: string): string => {
  const known = words[why] ?? words.expired;
  return sheet({
    name: `sso-${why}`,
    title: known?.title ?? '',
    tone: known?.tone ?? 'bad',
    sign: '!',
    body: html`<p>${known?.text ?? ''}</p>`,
  });
};
