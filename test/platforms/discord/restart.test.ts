import { expect, it } from 'vitest';
import { createActs } from '../../support/discord/act.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import { createScreen } from '../../support/discord/screen.ts';
import { card } from '../recording.ts';
import { adapterFor, memory, startFakeDiscord } from './start-discord.ts';

const args = { reason: 'x'.repeat(300) };
const again = { label: 'Again', action: { command: 'access request new', args } };

it('a button whose action was too long for it works in another process too; one that nobody knows says so', async () => {
  const fake = await startFakeDiscord();
  const acts = createActs(fake);
  const { store, kept } = memory();
  const to = { kind: 'channel', workspaceId: fake.guild.id, id: acts.channel('general').id } as const;
  const first = adapterFor(fake, { store });
  await first.discord.start();
  const { id } = await first.discord.send(
    to,
    card('A card', { blocks: [{ kind: 'buttons', buttons: [again] }] }),
  );
  await first.discord.stop();
  expect(kept.size).toBe(1);
  const message = fake.site.messages.find((one) => one.id === id);
  if (!message) throw new Error('nothing was posted');
  const press = () => {
    const [control] = createScreen(fake).controls(message);
    if (!control) throw new Error('nothing can be pressed');
    return acts.use('ada', message, control.element);
  };

  const second = adapterFor(fake, { store });
  await second.discord.start();
  await press();
  await expect.poll(() => second.received.map(({ input }) => input)).toMatchObject([{ action: { args } }]);
  await second.discord.stop();

  const forgetful = adapterFor(fake);
  await forgetful.discord.start();
  const sent = await press();
  await expect.poll(() => sent.original && wordsOf(sent.original)).toContain('too old');
  expect(forgetful.received).toEqual([]);
  await forgetful.discord.stop();
  expect(fake.refused).toEqual([]);
  await fake.stop();
});
