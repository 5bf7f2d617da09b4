import type { Context } from '../src/core/context.ts';
import { acceptInvitation } from '../src/core/invitation/accept.ts';
import { copyInvitation } from '../src/core/invitation/copy.ts';
import { sendInvitations } from '../src/core/invitation/send.ts';
import { changeMemberRole } from '../src/core/member/change-role.ts';
import { listMembers } from '../src/core/member/list.ts';
import { removeMember } from '../src/core/member/remove.ts';
import type { Organization } from '../src/core/organization/organization.ts';
import { alone, median, type Result, ROUNDS, type Run, rate } from './measure.ts';
import type { Site } from './site.ts';

const MEMBERS = 10_000;
const MANY = 50;
const COUNT = 60;
const ALONE = 15;
const IN_FLIGHT = 16;

/** The core's verbs as commands call them: checks, audit chain, messages and jobs included. */
export const verbs = async (site: Site): Promise<Result[]> => {
  const one = await site.organization('Verbs', MEMBERS);
  const many: Organization[] = [];
  for (let index = 0; index < MANY; index++) many.push(await site.organization(`Verbs ${index}`, 100));
  return [
    ...(await measureIn(site, `in one organization of ${MEMBERS.toLocaleString('en')}`, [one])),
    ...(await measureIn(site, `over ${MANY} organizations of 100`, many)),
  ];
};

type Verb = { name: string; run: (round: number) => Run };

const measureIn = async (
  { ada, plain }: Site,
  where: string,
  organizations: readonly Organization[],
): Promise<Result[]> => {
  const place = (index: number): Organization => {
    const found = organizations[index % organizations.length];
    if (!found) throw new Error('no organization');
    return found;
  };
  const tokens = new Map<string, string>();
  const durable: Run = (index) => plain`update bench_rows set n = n + 1 where id = ${1 + (index % 10_000)}`;
  const figures = new Map<string, { rates: number[]; p50s: number[] }>();
  const floor = { rates: [] as number[], p50s: [] as number[] };

  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, run } of verbsOf(ada, place, tokens)) {
      const work = run(round);
      const p50 = await alone(ALONE, work);
      const perSecond = await rate(COUNT, IN_FLIGHT, (index) => work(ALONE + index));
      const floorP50 = await alone(ALONE, durable);
      const floorRate = await rate(COUNT * 4, IN_FLIGHT, durable);
      if (name === 'sendInvitations') await copyTokens(ada, place, tokens, round);
      if (round === 0) continue;
      const figure = figures.get(name) ?? { rates: [], p50s: [] };
      figures.set(name, figure);
      figure.rates.push(perSecond);
      figure.p50s.push(p50);
      floor.rates.push(floorRate);
      floor.p50s.push(floorP50);
    }
  }
  return [...figures].flatMap(([name, { rates, p50s }]): Result[] => [
    {
      what: `${name} ${where}, ${IN_FLIGHT} in flight`,
      unit: '/s',
      ours: median(rates),
      beside: 'one durable single-row update',
      theirs: median(floor.rates),
    },
    {
      what: `${name} ${where}, alone, p50`,
      unit: 'µs',
      ours: median(p50s),
      beside: 'the same update alone',
      theirs: median(floor.p50s),
    },
  ]);
};

const emailOf = (round: number, index: number): string => `new-${round}-${index}@example.com`;

const verbsOf = (
  ada: Context,
  place: (index: number) => Organization,
  tokens: ReadonlyMap<string, string>,
): Verb[] => [
  {
    name: 'sendInvitations',
    run: (round) => (index) =>
      sendInvitations(ada, { organizationId: place(index).id, emails: [emailOf(round, index)] }),
  },
  {
    name: 'acceptInvitation',
    run: (round) => (index) => acceptInvitation(ada, { token: tokens.get(emailOf(round, index)) ?? '' }),
  },
  {
    name: 'changeMemberRole',
    run: (round) => (index) =>
      changeMemberRole(ada, {
        organizationId: place(index).id,
        person: { email: emailOf(round, index) },
        role: null,
      }),
  },
  { name: 'listMembers, 50 a page', run: () => (index) => listMembers(ada, place(index), { size: 50 }) },
  {
    name: 'removeMember',
    run: (round) => (index) =>
      removeMember(ada, { organizationId: place(index).id, person: { email: emailOf(round, index) } }),
  },
];

/** The links of this round's invitations; not measured. */
const copyTokens = async (
  ada: Context,
  place: (index: number) => Organization,
  tokens: Map<string, string>,
  round: number,
): Promise<void> => {
  for (let index = 0; index < ALONE + COUNT; index++) {
    const email = emailOf(round, index);
    const { link } = await copyInvitation(ada, { organizationId: place(index).id, email });
    tokens.set(email, link.slice(link.indexOf('#') + 1));
  }
};
