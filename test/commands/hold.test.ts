import { expect, test } from 'vitest';
import { createCommands } from '../../src/commands/dispatch.ts';
import type { Interaction } from '../../src/commands/interaction.ts';
import type { Action } from '../../src/views/card.ts';
import { serverDatabase } from '../support/database.ts';

const commands = async () => {
  const { database } = await serverDatabase({ max: 1 });
  await database.close();
  return createCommands({
    db: database.db,
    installation: {
      publicUrl: 'https://rollcall.example.com',
      secretKey: 'a secret key of a test',
      operators: [],
      createOrganizations: 'operators',
      linkByEmail: [],
      kubernetesNamespace: 'default',
      mail: false,
    },
    enqueue: async () => {
      throw new Error('there is no database');
    },
    health: async () => [],
    left: async () => {},
    log: { error: () => {} },
  });
};

const press = (action: Action, steps: string[]): Interaction => ({
  key: 'a press',
  account: { platform: 'slack', workspaceId: 'T1', externalId: 'U1' },
  name: 'Ada',
  workspaceName: 'Acme',
  channel: 'C1',
  pressed: { channel: 'C1', id: '1.2' },
  profile: async () => ({ name: 'Ada' }),
  input: { kind: 'action', action },
  reply: {
    opensForms: true,
    answer: async ({ title }) => void steps.push(title),
    hold: async () => void steps.push('hold'),
    putBack: async () => void steps.push('put back'),
  },
});

test('buttons are put back as they were where no database can have them drawn anew, and the failure is told', async () => {
  const steps: string[] = [];
  const { receive } = await commands();
  await receive(press({ command: 'access request approve', args: { request: 'REQ-1' } }, steps));
  expect(steps).toEqual(['hold', 'put back', 'Something broke on our side']);
});

test('buttons stay where pressing them opens a form, asks first, shows something, or leads to a page', async () => {
  const { receive, decides } = await commands();
  const actions: Action[] = [
    { command: 'access request deny', args: { request: 'REQ-1' } },
    { command: 'access request extend', args: { request: 'REQ-1' } },
    { command: 'access request show', args: { request: 'REQ-1' } },
    { command: 'access request approve', args: { request: 'REQ-1', page: 'yes' } },
    { command: 'org token revoke', args: { name: 'ci' } },
    { command: 'org member offboard', args: { user: 'eli@acme.example' } },
    { command: 'org drift accept', args: { finding: 'DRF-1' } },
    { command: 'nothing', args: {} },
  ];
  for (const action of actions) {
    const steps: string[] = [];
    expect(decides(action), action.command).toBe(false);
    await receive(press(action, steps));
    expect(steps, action.command).not.toContain('hold');
  }
});

test('buttons go where pressing them decides', async () => {
  const { decides } = await commands();
  const actions: Action[] = [
    { command: 'access request approve', args: { request: 'REQ-1' } },
    { command: 'access request deny', args: { request: 'REQ-1', reason: 'no' } },
    { command: 'access request extend', args: { request: 'REQ-1', for: '8h' } },
    { command: 'access request cancel', args: { request: 'REQ-1' } },
    { command: 'access request return', args: { request: 'REQ-1' } },
    { command: 'org review keep', args: { item: 'REV-1.1' } },
    { command: 'org invite resend', args: { email: 'kim@example.com' } },
    { command: 'org drift answer', args: { question: 'q', answer: 'right' } },
    { command: 'org token revoke', args: { name: 'ci' }, confirmed: true },
  ];
  for (const action of actions) {
    expect(decides(action), action.command).toBe(true);
  }
});
