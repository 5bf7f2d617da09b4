import { html } from 'hono/html';
import type { Letter } from '../letter.ts';
import { action, frame, paragraph } from './frame.ts';

export interface PasskeyLetter {
  name: string;
  link: string;
  minutes: number;
}

/** Proves that who adds a passkey reads this address. */
export const passkeyLetter = ({ name, link, minutes }: PasskeyLetter): Letter => {
  const what = `You asked in chat to add the passkey “${name}”. With it you confirm what is dangerous, such as approving a high-risk role.`;
  const how = `Open this link on the device that shall hold it, within ${minutes} minutes. It works once.`;
  const unexpected =
    'If it was not you, do not open it, and tell whoever runs your organization: somebody uses your chat account.';
  return {
    subject: `Add your passkey “${name}”`,
    text: [
      what,
      '',
      how,
      link,
      '',
      'The link is for you alone. Please do not forward it.',
      unexpected,
      '',
    ].join('\n'),
    html: frame({
      title: 'Add your passkey',
      preview: `${how}`,
      body: html`${paragraph(what)}${paragraph(how)}${action('Add the passkey', link)}<p class="soft" style="margin:0;font-size:13px;line-height:1.5;color:#5c676d">Or paste this address into your browser:<br><a class="link" href="${link}" style="color:#17624f;word-break:break-all">${link}</a></p>`,
      small: html`The link is for you alone. Please do not forward it. ${unexpected}`,
    }),
  };
};
