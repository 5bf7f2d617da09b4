import { describe, expect, test } from 'vitest';
import { invitationLetter } from '../../src/mail/letters/invitation.ts';
import { linkCodeLetter } from '../../src/mail/letters/link-code.ts';

const invitation = {
  organization: 'Acme',
  inviter: 'ines@example.com',
  role: 'member',
  projects: [{ name: 'search-prod', role: 'developer' }],
  link: 'https://rollcall.example.com/invitations#secret',
  expiresAt: new Date('2026-11-27T00:00:00Z'),
  sso: false,
};

describe('the invitation letter', () => {
  test('says who invites whom into what, until when, and carries the link in both parts', () => {
    const letter = invitationLetter(invitation);
    expect(letter.subject).toBe('ines@example.com invites you to Acme');
    for (const part of [letter.text, letter.html]) {
      expect(part).toContain('ines@example.com');
      expect(part).toContain('search-prod (developer)');
      expect(part).toContain('Friday, 27 November 2026');
      expect(part).toContain(invitation.link);
    }
  });

  test('names the role plainly where there is none, and single sign-on only where it is asked for', () => {
    expect(invitationLetter({ ...invitation, role: null }).text).toContain('Role: No organization role');
    expect(invitationLetter(invitation).text).not.toContain('single sign-on');
    expect(invitationLetter({ ...invitation, sso: true }).html).toContain('single sign-on');
  });

  test('abuse 32: markup in a name stays text', () => {
    const { html } = invitationLetter({
      ...invitation,
      organization: '<img src=x onerror=alert(1)>',
      inviter: '"><a href="https://evil.example">Approve</a>',
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<a href="https://evil.example"');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  test('is complete without its HTML part', () => {
    expect(invitationLetter(invitation).text).toMatchInlineSnapshot(`
      "ines@example.com invites you to join Acme.

      Organization: Acme
      Invited by: ines@example.com
      Role: member
      Projects: search-prod (developer)
      Valid until: Friday, 27 November 2026, 00:00 UTC

      Look at the invitation and accept it here:
      https://rollcall.example.com/invitations#secret

      The link is for you alone. Please do not forward it.
      If you did not expect this, ignore it: nothing happens until you accept.
      "
    `);
  });
});

describe('the letter with a link code', () => {
  test('shows the whole command to type, how long it works, and what to do if it was somebody else', () => {
    const letter = linkCodeLetter({ code: 'ABCD2345', workspaceName: 'Acme HQ', minutes: 15 });
    for (const part of [letter.text, letter.html]) {
      expect(part).toContain('/access link code code:ABCD2345');
      expect(part).toContain('15 minutes');
      expect(part).toContain('Acme HQ');
      expect(part).toContain('If it was not you');
    }
  });
});
