import { unknownCard } from '../views/answers.ts';
import type { Card } from '../views/card.ts';
import { commandHelpCard, helpCard } from '../views/help.ts';
import { name, optional } from './argument.ts';
import { type CommandContext, forAnybody, type Root } from './command.ts';
import { commandNamed, commands } from './index.ts';
import { parse } from './parse.ts';

const help = async (ctx: CommandContext, typed: string | undefined): Promise<Card> => {
  if (typed === undefined) {
    const active = ctx.caller.organizations.filter((membership) => membership.connected && membership.state);
    return helpCard({
      commands,
      linked: ctx.caller.userId !== undefined,
      operator: ctx.caller.operator,
      organizations: active.map(({ name: called, role, state }) => ({
        name: called,
        role: state === 'deactivated' ? 'deactivated' : role,
        administers: active.some(
          (membership) => membership.role === membership.model.roles.find((known) => known.administers)?.name,
        ),
      })),
    });
  }
  const words = typed.trim().toLowerCase().replace(/^\//, '').split(/\s+/);
  const key = words.join(' ');
  const exact = commandNamed(key) ?? commandNamed(`org ${key}`) ?? commandNamed(`access ${key}`);
  if (exact) return commandHelpCard(exact);
  const [first] = words;
  const root = first === 'access' || first === 'org' ? first : undefined;
  const rest = root ? words.slice(1) : words;
  const roots: readonly Root[] = root ? [root] : ['org', 'access'];
  for (const tried of roots) {
    const parsed = parse(commands, tried, rest.join(' '));
    if (parsed.kind === 'command' && parsed.command.name !== '') return commandHelpCard(parsed.command);
    if (parsed.kind === 'noun' || (parsed.kind === 'unknown' && parsed.near.length > 0)) {
      const near = parsed.kind === 'noun' ? parsed.commands : parsed.near;
      return unknownCard(key, near.slice(0, 4));
    }
  }
  return unknownCard(key, []);
};

export const helpCommands = [
  forAnybody({
    root: 'access',
    name: 'help',
    summary: 'What I can do',
    details: 'Shows what you can do, or one command in detail.',
    example: '/access help "org invite send"',
    may: 'Everybody.',
    args: {
      topic: optional({ ...name('Topic'), prose: true, input: { kind: 'search', source: 'command' } }),
    },
    run: async (ctx, { topic }) => help(ctx, topic),
  }),
  forAnybody({
    root: 'org',
    name: 'help',
    summary: 'What I can do',
    details: 'Shows what you can do, or one command in detail.',
    example: '/org help "invite send"',
    may: 'Everybody.',
    args: {
      topic: optional({ ...name('Topic'), prose: true, input: { kind: 'search', source: 'command' } }),
    },
    run: async (ctx, { topic }) => help(ctx, topic),
  }),
];
