import { expect, test } from 'vitest';
import { commandNamed } from '../../src/commands/index.ts';
import { notices } from '../../src/views/notice/index.ts';
import { requestSettled } from '../../src/views/notice/request-settled.ts';
import { requestCard } from '../../src/views/request-card.ts';
import { acme, buttonsOf, requestStates } from './shown.ts';
import { told } from './told.ts';

const cards = [
  ...told.map(({ name, data }) => [name, notices[name].draw(acme, data)] as const),
  ...Object.entries(requestStates).flatMap(([state, request]) => [
    [`a request, ${state}`, requestCard(request, { mayDecide: true })] as const,
    [`one’s own request, ${state}`, requestCard(request, { mine: true })] as const,
    [`what the requester hears, ${state}`, requestSettled(request)] as const,
  ]),
];

test.each(cards)('a button is a command already typed: %s', (_, card) => {
  for (const { label, action } of buttonsOf(card)) {
    const command = commandNamed(action.command);
    expect(command, `${label}: ${action.command}`).toBeDefined();
    const known = [...Object.keys(command?.args ?? {}), 'org'];
    expect(known, label).toEqual(expect.arrayContaining(Object.keys(action.args)));
    expect(action.args.org, label).toBe(acme.id);
  }
});
