import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/views/card.ts';
import { requestSettled } from '../../src/views/notice/request-settled.ts';
import { requestCard } from '../../src/views/request-card.ts';
import { acme, at, buttonsOf, decided, HOSTILE, requestStates, shownRequest } from './shown.ts';

const reader = { platform: 'slack', workspaceId: 'T1' };
const posted = (request: Parameters<typeof requestCard>[0]): Card =>
  requestCard(request, { mayDecide: true, reader });

const states = Object.entries(requestStates);

describe('the approval card', () => {
  test.each(states)('%s: everybody sees this', (_, request) => {
    expect(posted(request)).toMatchSnapshot();
  });

  test.each(states)('%s: the requester is told this', (_, request) => {
    expect(requestSettled(request)).toMatchSnapshot();
  });

  test('only a pending one has buttons, in one order, and only Deny is marked as dangerous', () => {
    const buttons = buttonsOf(posted(requestStates.pending));
    expect(buttons.map(({ label, style }) => [label, style])).toEqual([
      ['Approve', 'primary'],
      ['Deny', 'danger'],
      ['Details', undefined],
    ]);
    for (const [state, request] of states) {
      if (state !== 'pending') expect(buttonsOf(posted(request)), state).toEqual([]);
    }
  });

  test('deciding buttons carry what was seen and where, and say what they do', () => {
    const [approve, deny] = buttonsOf(posted(requestStates.pending));
    const args = { request: 'REQ-7', org: acme.id, seen: '0123456789abcdef' };
    expect(approve?.action).toEqual({ command: 'access request approve', args });
    expect(deny?.action).toEqual({ command: 'access request deny', args });
    expect(approve?.says).toBe('Approve REQ-7: developer for sam@example.com');
    expect(approve?.confirm).toEqual({
      title: 'Approve developer for 8 hours?',
      text: 'sam@example.com gets developer in workspace etl of Acme for 8 hours. It ends by itself.',
      yes: 'Approve',
    });
  });

  test('the first of two approvals is asked for as what it is: nothing changes with it', () => {
    const none = { required: 2, counted: [], lost: [], outdated: [] };
    const [first] = buttonsOf(posted(shownRequest({ approvals: none })));
    expect(first?.confirm?.text).toMatch(
      /^This is approval 1 of 2: nothing changes before the last one\. Then sam@/,
    );
    const one = { ...none, counted: [{ userId: acme.id, by: 'ines@example.com', at: at(1) }] };
    const [last] = buttonsOf(posted(shownRequest({ approvals: one })));
    expect(last?.confirm?.text).toMatch(/^sam@example\.com gets developer/);
  });

  test('of an edited role says that it has to be asked for anew, and offers no approval', () => {
    const edited = shownRequest({ roleEdited: true });
    expect(posted(edited).text).toContain('developer has been edited since. sam@example.com can ask for it');
    expect(buttonsOf(posted(edited)).map(({ label }) => label)).toEqual(['Deny', 'Details']);
  });

  test('abuse 9: says of an approver who has just been invited by another one, or by the requester', () => {
    const newcomer = { ...decided('approved'), by: 'quinn@example.com', invitedBy: 'ines@example.com' };
    const approved = { ...requestStates.approved, decisions: [newcomer, decided('approved')] };
    expect(posted(approved).text).toContain('invited by ines@example.com and ines@example.com');
    const counted = [{ userId: acme.id, by: newcomer.by, at: newcomer.at }];
    const waiting = shownRequest({
      decisions: [newcomer],
      approvals: { required: 2, counted, lost: [], outdated: [] },
    });
    expect(posted(waiting).text).toContain('joined less than a day before, invited by ines@example.com');
  });

  test('says what ends meanwhile, which tokens follow and which stay as they are; Details names them', () => {
    const tokens = {
      personal: 2,
      organization: [{ name: 'ci', state: 'active' as const }],
      serviceAccounts: ['etl-bot'],
    };
    const request = shownRequest({ project: null, loses: ['audit:read'], tokens });
    const { text } = posted(request);
    expect(text).toContain('Ends meanwhile: audit:read.');
    expect(text).toContain('2 personal tokens of theirs can do it too.');
    expect(text).toContain('Not changed by it: 2 tokens and service accounts.');
    expect(requestCard(request, { full: true, reader }).text).toContain(
      'Not changed by it: token ci, service account etl-bot.',
    );
  });

  test('who may not decide gets no deciding buttons, and the requester gets their own', () => {
    const labels = (options: Parameters<typeof requestCard>[1], request = requestStates.pending) =>
      buttonsOf(requestCard(request, options)).map(({ label }) => label);
    expect(labels({})).toEqual(['Details']);
    expect(labels({ full: true, mine: true })).toEqual(['Change', 'Cancel request']);
    expect(labels({ full: true, mine: true }, requestStates.approved)).toEqual(['Extend', 'Return']);
    expect(labels({ full: true, mine: true }, requestStates.denied)).toEqual(['Ask again']);
  });

  test('says what would be gained, what is held already and what only operators may give', () => {
    const { text } = posted(shownRequest({ operatorOnly: ['w:pods'], toOperators: true }));
    expect(text).toContain('What would change: adds *:create, *:update, *:delete.');
    expect(text).toContain('Adds what only operators may give: w:pods.');
    expect(text).toContain('Held already: *:read, *:run.');
    expect(text).toContain('Their organization role and other workspaces stay as they are.');
    expect(text).toContain('Operators decide, because nobody else in Acme may.');
  });

  test('says so where approving would add nothing', () => {
    const all = shownRequest({ gains: [], alreadyHeld: ['*:read'] });
    expect(posted(all).text).toContain('What would change: nothing: all of it is held already.');
    const gone = shownRequest({ gains: [], alreadyHeld: [] });
    expect(posted(gone).text).toContain('nothing: the role gives nothing now.');
  });

  test('an organization role is said to take the place of the present one', () => {
    const { title, text } = posted(shownRequest({ role: 'admin', project: null, seconds: null }));
    expect(title).toBe('Approval needed: admin (organization role)');
    expect(text).toContain('It takes the place of their organization role');
    expect(text).toContain('For how long: without an end, from approval on.');
  });

  test('a later start and an odd span stay readable', () => {
    const { text } = posted(shownRequest({ from: at(20), seconds: 7 * 86_400 + 2 * 3600 + 13 }));
    expect(text).toContain('For how long: 7 days 2 hours, from 20 Nov 2026, 20:00 UTC.');
  });

  test('mentions people only where the mention means something', () => {
    const who = (options: Parameters<typeof requestCard>[1]) => {
      const [fields] = requestCard(requestStates.pending, options).blocks;
      return fields?.kind === 'fields' ? fields.fields[0] : undefined;
    };
    const [account] = requestStates.pending.requester.accounts;
    expect(who({ reader })).toEqual([
      'Who',
      [{ person: expect.objectContaining({ account }) }, ' (sam@example.com)'],
    ]);
    expect(who({ reader: { platform: 'slack', workspaceId: 'T2' } })).toEqual(['Who', ['sam@example.com']]);
  });

  test('has at most five parts before its buttons', () => {
    const { blocks } = posted(requestStates.pending);
    const before = blocks.slice(
      0,
      blocks.findIndex(({ kind }) => kind === 'buttons'),
    );
    const lines = before.map((block) => (block.kind === 'fields' ? block.fields.length : 1));
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(5);
  });

  test('abuse: 5,000 characters and 100 permissions are cut on the card and whole in the details', () => {
    const request = shownRequest({
      reason: 'é'.repeat(5_000),
      gains: Array.from({ length: 100 }, (_, index) => `thing-${index}:read`),
    });
    const short = posted(request);
    expect(JSON.stringify(short).length).toBeLessThan(8_000);
    expect(short.text).toContain('and 92 more');
    const full = requestCard(request, { full: true });
    expect(full.blocks).toContainEqual({ kind: 'quote', label: 'Reason', text: request.reason });
    expect(full.text).toContain('thing-99:read');
  });

  test.each(states)('abuse: hostile names and reasons stay plain words when %s', (_, request) => {
    const hostile = {
      ...request,
      role: HOSTILE.repeat(9),
      project: HOSTILE,
      reason: HOSTILE,
      organization: { ...acme, name: HOSTILE.repeat(9) },
      requester: { ...request.requester, email: HOSTILE.repeat(9) },
    };
    for (const card of [posted(hostile), requestCard(hostile, { mine: true }), requestSettled(hostile)]) {
      expect(card.title.length).toBeLessThanOrEqual(150);
      for (const { says, confirm, label } of buttonsOf(card)) {
        expect(label.length).toBeLessThanOrEqual(30);
        expect(says?.length).toBeLessThanOrEqual(75);
        expect(confirm?.title.length ?? 0).toBeLessThanOrEqual(100);
        expect(confirm?.text.length ?? 0).toBeLessThanOrEqual(300);
      }
      expect(JSON.stringify(card.blocks)).not.toMatch(/"(?:channel|link)":/);
    }
  });
});
