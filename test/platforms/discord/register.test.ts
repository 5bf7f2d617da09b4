import { readFile } from 'node:fs/promises';
import { InteractionContextType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { commandKey, commands } from '../../../src/commands/index.ts';
import { createClients } from '../../../src/platforms/discord/client.ts';
import {
  charactersOf,
  fitRoot,
  MENUS,
  permissionBits,
  register,
  registration,
} from '../../../src/platforms/discord/register.ts';
import { checkCommands, sizeOf } from '../../support/discord/check-commands.ts';
import { type FakeDiscord, startDiscord } from '../../support/discord/discord.ts';
import { type Shape, shapesOf, stringOf } from '../../support/discord/shape.ts';

const registered = registration() as unknown as Shape[];
const roots = registered.filter(({ type }) => type === 1);

/** Every subcommand with its whole name. */
const leaves = (one: Shape, words: string[] = []): { name: string; leaf: Shape }[] => {
  const name = [...words, stringOf(one.name)];
  const below = shapesOf(one.options).filter(({ type }) => type === 1 || type === 2);
  return below.length > 0
    ? below.flatMap((option) => leaves(option, name))
    : [{ name: name.join(' '), leaf: one }];
};
const offered = new Map(roots.flatMap((root) => leaves(root)).map(({ name, leaf }) => [name, leaf]));

describe('checklist 16: what is registered comes from the declarations, within Discord’s limits', () => {
  it('Discord takes it', () => {
    expect(() => checkCommands(registered)).not.toThrow();
  });

  it.each(roots.map((root) => [stringOf(root.name), root] as const))(
    '/%s has 25 options at each level at most, and 8,000 characters',
    (_, root) => {
      const widths = (one: Shape): number[] => {
        const options = shapesOf(one.options);
        return [options.length, ...options.flatMap(widths)];
      };
      expect(Math.max(...widths(root))).toBeLessThanOrEqual(25);
      expect(sizeOf(root)).toBeLessThanOrEqual(8_000);
      expect(sizeOf(root)).toBe(charactersOf(root as never));
    },
  );

  it('every command but the bare ones is there, with every argument that people give, and `org`', () => {
    const declared = commands.filter(({ name }) => name !== '');
    expect([...offered.keys()].sort()).toEqual(declared.map(commandKey).sort());
    for (const command of declared) {
      const options = shapesOf(offered.get(commandKey(command))?.options);
      const args = Object.entries(command.args).filter(([, { hidden }]) => !hidden);
      const own = command.needs === 'organization' && !command.args.org ? ['org'] : [];
      expect(options.map(({ name }) => name)).toEqual([...args.map(([name]) => name), ...own]);
      for (const [name, { input }] of args) {
        const option = options.find((one) => one.name === name);
        if (input.kind === 'search') expect(option?.autocomplete).toBe(true);
        if (input.kind === 'choice' && option?.autocomplete !== true)
          expect(shapesOf(option?.choices).map(({ value }) => value)).toEqual(
            input.options.map(({ value }) => value),
          );
      }
    }
  });

  it('nothing is required: what is missing opens a form', () => {
    expect(JSON.stringify(registered)).not.toContain('"required"');
  });

  it('everything is for servers that have added the application, and nowhere else', () => {
    for (const { contexts, integration_types } of registered) {
      expect(contexts).toEqual([InteractionContextType.Guild]);
      expect(integration_types).toEqual([0]);
    }
    expect(registered.map(({ name }) => name)).toEqual(['access', 'org', MENUS.person, MENUS.message]);
  });

  it('more words than fit: the longest lists of choices are offered while one types, and nothing is lost', () => {
    const choices = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `n${n}`, value: `v${n}` }));
    const option = (name: string, count: number) => ({
      type: 3,
      name,
      description: 'd',
      choices: choices(count),
    });
    const root = { type: 1, name: 'r', description: 'd', options: [option('short', 2), option('long', 20)] };
    const exactly = charactersOf(root);
    expect(fitRoot(root, exactly)).toEqual(root);
    const [short, long] = fitRoot(root, exactly - 1).options ?? [];
    expect(short).toEqual(root.options[0]);
    expect(long).toEqual({ type: 3, name: 'long', description: 'd', autocomplete: true });
  });

  it('Discord is told where it has others, and not again', async () => {
    const fake: FakeDiscord = await startDiscord({ guild: 'Acme', people: [{ name: 'ada' }], channels: [] });
    const { patient } = createClients(fake.token, fake.apiUrl);
    expect(await register(patient, fake.applicationId)).toBe(true);
    expect(await register(patient, fake.applicationId)).toBe(false);
    expect(fake.refused).toEqual([]);
    await fake.stop();
  });

  it('the README’s address asks for the documented permissions, and not for Administrator', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    const [, asked = ''] = /scope=bot\+applications\.commands&permissions=(\d+)/.exec(readme) ?? [];
    expect(BigInt(asked)).toBe(permissionBits());
    expect(permissionBits() & 8n).toBe(0n);
  });
});
