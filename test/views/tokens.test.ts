import { expect, test } from 'vitest';
import { commandNamed } from '../../src/commands/index.ts';
import { mintText } from '../../src/core/token/text.ts';
import { tokenLines } from '../../src/views/member.ts';
import { card } from '../../src/views/plain.ts';
import { serviceAccountCreatedCard } from '../../src/views/service-account.ts';
import { organizationTokenCard } from '../../src/views/token.ts';

const secret = mintText(
  'service-account',
  '018f2f3e-0000-7000-8000-000000000000',
  new Uint8Array(32).fill(7),
);
const made = {
  id: '018f2f3e-0000-7000-8000-000000000001',
  kind: 'service-account' as const,
  name: 'ci',
  secret,
  fingerprint: secret.slice(-4),
  expiresAt: null,
};

test('CR-27 and CW-36: the card before says how many die, and lists what goes on working', () => {
  const { text } = card({
    title: 'Deactivate kai@example.com?',
    blocks: tokenLines(
      {
        personal: 2,
        organization: [
          { name: 'deploy', state: 'active' },
          { name: 'old', state: 'deactivated' },
        ],
        serviceAccounts: ['ci'],
      },
      'until a reactivation',
    ),
  });
  expect(text).toContain('2 personal tokens of theirs stop working until a reactivation.');
  expect(text).toContain('This goes on working');
  expect(text).toContain('Token deploy');
  expect(text).toContain('Service account ci, which they answer for');
  expect(text).not.toContain('Token old');
  expect(tokenLines({ personal: 0, organization: [], serviceAccounts: [] }, 'for good')).toEqual([]);
});

test('CW-37 each token that goes on working has buttons of its own, and each button is a command', () => {
  const blocks = tokenLines(
    { personal: 0, organization: [{ name: 'deploy', state: 'active' }], serviceAccounts: ['ci'] },
    'for good',
  );
  const buttons = blocks.flatMap((block) =>
    block.kind === 'rows' ? block.rows.flatMap((row) => row.buttons ?? []) : [],
  );
  expect(buttons.map(({ says }) => says)).toEqual([
    'Deactivate token deploy',
    'Revoke token deploy',
    'Reassign service account ci',
  ]);
  for (const { action } of buttons) expect(commandNamed(action.command), action.command).toBeDefined();
});

test('PF-18 a key stands beside the command that configures a client, and nothing of it is spoken', () => {
  const shown = serviceAccountCreatedCard(
    { ...made, responsible: 'ines@example.com' },
    'https://rc.example/',
  );
  const secrets = shown.blocks.flatMap((block) => (block.kind === 'secret' ? [block.value] : []));
  expect(secrets[0]).toBe(secret);
  expect(secrets[1]).toContain('export ROLLCALL_URL=https://rc.example\n');
  expect(secrets[1]).toContain(`export ROLLCALL_TOKEN=${secret}`);
  expect(shown.secret).toBe(true);
  expect(shown.text).not.toContain(secret);
  expect(shown.text).toContain('ines@example.com answers for it');
});

test('CW-35 an organization token’s card says that it goes on without its member', () => {
  const shown = organizationTokenCard({
    ...made,
    kind: 'organization',
    member: 'dana@example.com',
    role: 'admin-read',
    grants: [{ project: 'alpha', role: 'namespace-user' }],
  });
  expect(shown.text).toContain('associated with dana@example.com: it goes on working without them');
  expect(shown.text).toContain('namespace-user in alpha');
  expect(shown.text).toContain('admin-read in the organization');
  expect(shown.text).not.toContain(secret);
});
