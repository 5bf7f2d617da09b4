import { html } from 'hono/html';
import type { Letter } from '../letter.ts';
import { code, frame, paragraph } from './frame.ts';

export interface LinkCodeLetter {
  code: string;
  workspaceName: string;
  minutes: number;
}

/** Proves that the person in chat reads this address. The command is whole, so that it can be pasted. */
export const linkCodeLetter = (letter: LinkCodeLetter): Letter => {
  const command = `/access link code code:${letter.code}`;
  const why = `Somebody in ${letter.workspaceName} asked to link their chat account to this address.`;
  const how = `If that was you, type this in ${letter.workspaceName} within ${letter.minutes} minutes:`;
  const unexpected =
    'If it was not you, ignore this letter and show the code to nobody: without it nothing is linked.';
  return {
    subject: `Your code for ${letter.workspaceName}: ${letter.code}`,
    text: [why, '', how, '', command, '', unexpected, ''].join('\n'),
    html: frame({
      title: 'Link your chat account',
      preview: `${command} (valid for ${letter.minutes} minutes)`,
      body: html`${paragraph(why)}${paragraph(how)}${code(command)}`,
      small: html`${unexpected}`,
    }),
  };
};
