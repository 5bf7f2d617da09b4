import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const CHANNEL = 'access-requests';
/** 5,000 characters that would call everybody, dress up, turn around or hide, were they ever read as markup. */
const NASTY =
  '<!here> <!channel> @everyone @here <@UADMIN> <http://evil.example|your bank> [x](http://evil.example) *b* _i_ ~s~ `c` ```d``` &lt;!here&gt; \\@everyone <@&123456789012345678> <@123456789012345678> <t:0:R> ||h|| # H \u202Eevil\u202C \u200Bz\u200Dw\u2066x\u2069 ';
const LONG = NASTY.repeat(40).slice(0, 5_000);

describe.each(platforms)('hostile words, on $platform', ({ startSide, freeText }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    const { ada } = people;
    await ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await ada.sees('approvals-channel is set');
    return story.end;
  });

  const called = () => new Set(story.side.calls());

  test('checklist 37: 5,000 characters of reason are refused with the limit, and change nothing', async () => {
    const { cleo } = people;
    await story.nothingHappens(async () => {
      await cleo.types(`/access request new developer search-prod for:8h reason:"${LONG}"`);
      await cleo.sees(['Nothing was asked for', 'Use at most 2000']);
    });
  });

  test('checklist 37: the longest reason there may be pings nobody, links nowhere and breaks no card', async () => {
    const { ada, ben, cleo } = people;
    const before = called();
    await cleo.types('/access request new');
    const reason = `${story.seat('eli').mention} ${NASTY.repeat(20)}`.slice(0, 1_990);
    await cleo.submits({ Role: 'developer', Workspace: 'search-prod', 'For how long': '8h', Reason: reason });
    await cleo.sees('REQ-1 is open');
    const card = await ben.sees(['Approval needed', '@everyone', '<!here>', '*b*'], CHANNEL);
    expect(card.buttons.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Details']);
    expect(card.text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    await ada.clicks('Details', { on: 'REQ-1' });
    await ada.sees('What would change');
    await ada.clicks('Deny', { on: 'REQ-1', in: CHANNEL });
    await ada.submits({ Reason: NASTY });
    await cleo.sees(['Denied', '@everyone'], 'direct');
    for (const name of called()) expect([...before, '@cleo']).toContain(name);
  });

  test.each([
    ['a name of an organization', '/org create "<!here> @everyone *x*"', /yours to run/],
    ['an unknown command', '/org <!here> @everyone', /do not know that command/],
    ['a role', '/org role show "<!channel>@here"', /Not done|no role/i],
    ['a project', '/org project show "`<!here>`"', /Not done/],
    ['a project to create', '/org project create "<!here>"', /Not done/],
    ['an external id', '/org member external-id cleo@acme.example "<!here>*x*"', /<!here>/],
    ['a key of a setting', '/org settings set "<!here>" 7d', /not one of the choices/],
    ['an organization', '/org use "<@UADMIN><!here>"', /that you can reach/],
    ['a command to be helped with', '/access help <!everyone>', /There is no/],
  ])('checklist 37: %s calls nobody', async (_, line, words) => {
    const before = called();
    const sent = await people.ada.tries(
      `${line} org:acme`.replace(/(create "<!here> @every.*|use .*|help .*) org:acme/, '$1'),
    );
    if (sent || freeText) await people.ada.sees(words);
    expect([...called()].filter((name) => !before.has(name))).toEqual([]);
  });

  test('a name with markup is shown as it was written', async () => {
    await people.ada.types('/org list');
    await people.ada.sees('<!here> @everyone *x*');
  });
});

describe.each(platforms)('wrong input, on $platform', ({ startSide, freeText, signed }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });
  /** Nothing that anybody reads ever looks like our insides. */
  afterEach(() => {
    for (const name of ['ada', 'cleo', 'eli']) {
      for (const { text } of story.side.shown(name)) {
        expect(text).not.toMatch(/\bat \S+ \(|\/src\/|Error:|undefined|\[object|Something broke/);
      }
    }
  });

  test.each([
    ['an unknown person', '/org member show nobody@acme.example', 'No member nobody@acme.example'],
    ['a malformed address', '/org member show dana@', /dana@.* (is no|is not)/],
    ['a person without an account', '/org member show <@U0NOBODY99>', 'not linked'],
    ['an unknown role', '/org member role cleo@acme.example emperor', 'no organization role emperor'],
    ['an unknown project', '/org access grant cleo@acme.example nowhere developer', 'No workspace nowhere'],
    ['a duration that is none', '/org member role cleo@acme.example member for:30x', '30x'],
    ['a negative duration', '/org member role cleo@acme.example member for:-1h', '-1h'],
    ['a time in the past', '/org member role cleo@acme.example member for:2001-01-01', 'lies in the past'],
    ['an endless duration', '/org member role cleo@acme.example member for:99999999w', '99999999w'],
    ['an unknown request', '/access request approve REQ-999', 'REQ-999'],
    ['a request that is no number', '/access request show REQ-1e9', 'REQ-1e9'],
    ['an unknown setting', '/org settings set colour blue', 'not one of the choices'],
    ['a value of the wrong kind', '/org settings set reason-required maybe', /maybe|yes or no/],
    ['a limit, by somebody who is no operator', '/org settings set members-limit 5', 'operator'],
    ['an unknown state', '/org invite list state:lost', 'not one of the choices'],
    ['a value too many', '/org project create one two three', 'what `two` is for'.replaceAll('`', '')],
    ['an open quote', '/org project create "never closed', 'quote was opened'],
    ['an unknown page', '/org member show cleo@acme.example after:x', 'after:x'],
    ['only spaces', '/org project show "   "', 'Show a workspace'],
  ])('%s is answered clearly and changes nothing', async (_, line, words) => {
    await story.nothingHappens(async () => {
      // What the chat itself holds back has no answer.
      if ((await people.ada.tries(line)) || freeText) await people.ada.sees(words);
    });
  });

  test('PF-09 several addresses are answered one by one: sent, malformed, twice, a member already', async () => {
    const { ada, cleo } = people;
    await ada.types(
      `/org invite send new@acme.example,NEW@acme.example,not-an-address,${cleo.email} role:member`,
    );
    await ada.sees([
      'new@acme.example: invited',
      'not-an-address: not sent, this is no e-mail address',
      `${cleo.email}: is a member already`,
    ]);
    await expect.poll(() => story.app.letters.to('new@acme.example').length).toBe(1);
  });

  test('a link that was used, one that was withdrawn and one that never was are told apart or not at all', async () => {
    const { ada, eli } = people;
    await ada.types(`/org invite send ${eli.email}`);
    await ada.sees('Invitation sent');
    await eli.opensLink();
    await ada.types(`/org invite revoke ${eli.email}`);
    await ada.sees('The link no longer works');
    const answers = await Promise.all([
      eli.accepts(),
      fetch(`${story.app.origin}/invitations/accept`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: 'made-up' }),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([410, 404]);
    expect(answers[0].page).toMatch(/revoked|withdrawn/);
  });

  test('checklist 5: a request that the platform delivers again is carried out once', async () => {
    const { ada } = people;
    await ada.types('/org project create once-only');
    await ada.sees('once-only created');
    await story.nothingHappens(async () => {
      expect(await story.side.again()).toBe(200);
      expect(await story.side.again()).toBe(200);
      expect((await story.side.forged?.({})) ?? 200).toBe(200);
      await ada.types('/org project show once-only');
      await ada.sees('once-only');
    });
    ada.doesNotSee('not available');
  });

  test('checklist 5: a form that is sent twice is carried out once', async () => {
    const { cleo } = people;
    await cleo.types('/access request new');
    await cleo.submits({ Role: 'runner', Workspace: 'data-lake', 'For how long': '1h', Reason: 'twice' });
    await cleo.sees('REQ-1 is open');
    await story.nothingHappens(async () => {
      expect(await story.side.again()).toBe(200);
      await cleo.types('/access request list');
      await cleo.sees('REQ-1');
      cleo.doesNotSee('REQ-2');
    });
  });

  const FORGED = [
    ['from the past', { seconds: -301 }],
    ['from the future', { seconds: 301 }],
    ['by somebody else', { key: 'f'.repeat(32) }],
  ] as const;
  test.each(signed ? FORGED : [])(
    'abuse: a request signed %s is refused with 401 and does nothing',
    async (_, how) => {
      await people.ada.types('/org project list');
      await people.ada.sees('search-prod');
      await story.nothingHappens(async () => expect(await story.side.forged?.(how)).toBe(401));
    },
  );
});
