import type { ListedPasskey } from '../core/passkey/list.ts';
import type { Block, Card } from './card.ts';
import { act, button, count, text } from './parts.ts';
import { card } from './plain.ts';

const addButton = (primary = false): Block => ({
  kind: 'buttons',
  buttons: [button('Add a passkey', act('access passkey add'), primary ? { style: 'primary' } : {})],
});

const listButton: Block = { kind: 'buttons', buttons: [button('My passkeys', act('access passkey list'))] };

export const passkeysCard = (passkeys: readonly ListedPasskey[]): Card =>
  card({
    title: passkeys.length > 0 ? count(passkeys.length, 'passkey') : 'You have no passkey yet',
    blocks: [
      passkeys.length > 0
        ? {
            kind: 'rows',
            rows: passkeys.map((passkey) => ({
              text: passkey.name,
              detail: text(
                'added ',
                { time: passkey.createdAt, style: 'date' },
                passkey.lastUsedAt
                  ? [', last used ', { time: passkey.lastUsedAt, style: 'time' }]
                  : ', not used yet',
                passkey.backedUp ? ', copied between your devices' : '',
              ),
              buttons: [
                button('Remove', act('access passkey remove', { name: passkey.name }), {
                  style: 'danger',
                  says: `Remove the passkey ${passkey.name}`.slice(0, 75),
                }),
              ],
            })),
          }
        : {
            kind: 'text',
            text: 'A passkey is your fingerprint, face, PIN or security key. Approving a high-risk role takes one.',
          },
      addButton(passkeys.length === 0),
    ],
  });

export const enrolmentSentCard = (sent: {
  email: string;
  name: string;
  minutes: number;
  mailed: boolean;
}): Card =>
  card({
    title: sent.mailed ? `A link is on its way to ${sent.email}` : `A link is ready for ${sent.email}`,
    blocks: [
      {
        kind: 'text',
        text: sent.mailed
          ? `Open it on the device that shall hold the passkey “${sent.name}”. It works once, within ${sent.minutes} minutes.`
          : text(
              'No mail is set up here: ask an operator, who gets the link with ',
              { code: `/org operator passkey-link ${sent.email}` },
              `. It works once, within ${sent.minutes} minutes, and adds the passkey “${sent.name}”.`,
            ),
      },
      listButton,
    ],
  });

export const passkeyRemovedCard = (name: string): Card =>
  card({
    title: `The passkey ${name} is removed`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: 'Nothing can be confirmed with it any more. What was confirmed stays so.' },
      listButton,
    ],
  });

export const passkeyLinkCard = (shown: {
  email: string;
  name: string;
  link: string;
  minutes: number;
}): Card =>
  card({
    title: `The link for ${shown.email}`,
    tone: 'warning',
    blocks: [
      { kind: 'code', text: shown.link },
      {
        kind: 'text',
        text: `Whoever opens it within ${shown.minutes} minutes adds the passkey “${shown.name}” as ${shown.email}. Hand it to that person alone, and only if you know that they asked for it: you vouch for them, and the audit says so.`,
      },
    ],
    text: `The link for ${shown.email} is in the message.`,
  });

/** The link on which somebody confirms something; nobody else's passkey fits it. */
export const stepUpCard = (begun: { name: string; link: string; minutes: number }): Card =>
  card({
    title: `Confirm ${begun.name} with your passkey`,
    blocks: [
      {
        kind: 'text',
        text: `Nothing has changed yet. Our page shows once more what you would approve. The link is for you alone and works once, within ${begun.minutes} minutes.`,
      },
      { kind: 'links', links: [{ label: 'Continue with passkey', url: begun.link }] },
      { kind: 'small', text: 'Or open it where your passkey is:' },
      { kind: 'code', text: begun.link },
    ],
    text: `Confirm ${begun.name} with your passkey: the link is in the message. Nothing has changed yet.`,
  });

const at = (time: Date) => ({ time, style: 'time' }) as const;

const NOT_YOU =
  'If that was not you, remove it, and tell whoever runs your organization: somebody reads your mail and your chat.';

export const passkeyAddedCard = (passkey: { name: string; at: Date }): Card =>
  card({
    title: 'A passkey was added for you',
    blocks: [
      { kind: 'text', text: text({ bold: passkey.name }, ', ', at(passkey.at), '.') },
      { kind: 'text', text: NOT_YOU },
      listButton,
    ],
  });

export const passkeyGoneCard = (passkey: { name: string; at: Date }): Card =>
  card({
    title: 'A passkey of yours was removed',
    blocks: [
      { kind: 'text', text: text({ bold: passkey.name }, ', ', at(passkey.at), '.') },
      {
        kind: 'text',
        text: 'If that was not you, tell whoever runs your organization: somebody uses a chat account of yours.',
      },
      listButton,
    ],
  });
