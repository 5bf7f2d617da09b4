import { setTimeout } from 'node:timers/promises';
import type { Context } from '../src/core/context.ts';
import { changeMemberRole } from '../src/core/member/change-role.ts';
import type { Organization } from '../src/core/organization/organization.ts';
import { approveRequest } from '../src/core/request/decide.ts';
import { openRequest } from '../src/core/request/open.ts';
import { identify } from '../src/core/user/identify.ts';
import { median, type Result } from './measure.ts';
import { ROWS } from './million.ts';
import type { Site } from './site.ts';

const QUIET_MS = 5000;

type Command = () => Promise<unknown>;

const emailOf = (index: number): string => `d${index}@example.com`;

/** Each command is about somebody else: from either end, and but for every other one, of whom some are deactivated. */
let changed = 0;
let asked = 0;

/** What people type meanwhile, in the same organization. */
const commandsOf = async ({ ada, plain }: Site, organization: Organization): Promise<[string, Command][]> => {
  const organizationId = organization.id;
  const as = async (index: number): Promise<Context> => {
    const email = emailOf(index);
    const [user] = await plain`select id from users where email = ${email}`;
    return {
      ...ada,
      actor: { ...ada.actor, userId: user?.id, email, externalId: `UD${index}` } as Context['actor'],
    };
  };
  return [
    [
      'who somebody is',
      () =>
        identify(ada.db, { platform: 'slack', workspaceId: 'T0BENCH', externalId: 'U0ADA' }, 'T0BENCH', []),
    ],
    [
      'a role change',
      async () => {
        changed += 1;
        const person = { email: emailOf(2 * changed + 1) };
        return changeMemberRole(ada, { organizationId, person, role: null });
      },
    ],
    [
      'a request and its approval',
      async () => {
        asked += 1;
        const { name } = await openRequest(await as(ROWS - 2 * asked + 1), {
          organizationId,
          role: 'owner',
          project: 'bench-1',
          reason: 'on call',
        });
        return approveRequest(ada, { organizationId, request: name });
      },
    ],
  ];
};

const p99 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * 0.99))] ?? Number.NaN;

/** How long commands take while something large is under way, each typed again as soon as it was answered. */
export const meanwhile = async (
  site: Site,
  organization: Organization,
  what: string,
  large: () => Promise<unknown>,
): Promise<Result[]> => {
  const commands = await commandsOf(site, organization);
  const typedUntil = async (end: Promise<unknown>): Promise<number[][]> => {
    let over = false;
    const ended = end.finally(() => {
      over = true;
    });
    const times = await Promise.all(commands.map(([, command]) => repeat(command, () => !over)));
    await ended;
    return times;
  };
  const alone = await typedUntil(setTimeout(QUIET_MS));
  const during = await typedUntil(large());
  return commands.flatMap(([name], index) => {
    const [ours, theirs] = [during[index] ?? [], alone[index] ?? []];
    const beside = 'the same three, nothing else under way';
    const typed = `${name}, ${ours.length.toLocaleString('en')} times while ${what}`;
    return [
      { what: `${typed}, p50`, unit: 'ms', ours: median(ours), beside, theirs: median(theirs) },
      { what: `${typed}, p99`, unit: 'ms', ours: p99(ours), beside, theirs: p99(theirs) },
    ];
  });
};

const repeat = async (command: Command, again: () => boolean): Promise<number[]> => {
  const times: number[] = [];
  while (again()) {
    const started = performance.now();
    await command();
    times.push(performance.now() - started);
  }
  return times;
};
