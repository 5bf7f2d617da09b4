import { Authenticator } from './authenticator.ts';
import { pressing, type Stories, says } from './command-stories.ts';
import type { Seat } from './story.ts';

const post = async (address: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
};

/** Follows the newest enrolment link, with a security key in software. */
const enrols = async (seat: Seat, name: string): Promise<void> => {
  const letter = await seat.reads(`Add your passkey “${name}”`);
  const link = new URL(/\S+\/passkeys\/add#\S+/.exec(letter)?.[0] ?? '');
  const token = link.hash.slice(1);
  const { options } = await post(`${link.origin}${link.pathname}/show`, { token });
  const response = new Authenticator(link.origin).register(
    options as Parameters<Authenticator['register']>[0],
  );
  await post(`${link.origin}${link.pathname}/finish`, { token, response });
};

/** Told while mail is set up, so that no operator hands over links. */
export const passkeyStories: Stories = {
  'access passkey add': {
    does: async ({ ada }) => {
      await ada.types('/access passkey add laptop');
      await ada.sees(['A link is on its way to ada@acme.example', 'laptop']);
      await enrols(ada, 'laptop');
      await ada.sees(['A passkey was added for you', 'laptop'], 'direct');
    },
    refuses: says('ada', '/access passkey add laptop', 'you have one that is called laptop'),
  },
  'access passkey list': {
    does: says('ada', '/access passkey list', ['1 passkey', 'laptop', 'not used yet']),
    refuses: says('gil', '/access passkey list', 'Rollcall does not answer guests'),
  },
  'access passkey remove': {
    does: pressing(
      'ada',
      '/access passkey remove',
      'Remove the passkey laptop?',
      'Remove',
      'The passkey laptop is removed',
    ),
    refuses: says('ada', '/access passkey remove laptop', ['Not done', 'You have no passkey laptop']),
  },
  'org operator passkey-link': {
    does: says(
      'cleo',
      '/org operator passkey-link ada@acme.example',
      'here links are mailed to the address itself',
    ),
    refuses: says(
      'ada',
      '/org operator passkey-link ada@acme.example',
      'operators of this installation alone',
    ),
  },
};
