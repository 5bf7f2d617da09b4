import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { answerAboutFinding, askAboutFinding } from '../../../src/core/drift/ask.ts';
import { acceptBaseline } from '../../../src/core/drift/baseline.ts';
import { type Finding, listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { acceptFinding } from '../../../src/core/drift/settle.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { approveRequest } from '../../../src/core/request/decide.ts';
import { openRequest } from '../../../src/core/request/open.ts';
import { findingQuestions } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let ines: Context;
let dana: Person;
let ben: Person;

const told = { words: { project: 'workspace', projects: 'workspaces' }, email: (address: string) => address };
const organizationId = () => ({ organizationId: here.id });
const person = ({ email }: Person) => ({ person: { email } });

const changed = async (): Promise<Finding[]> => {
  expect((await runDrift(ines, here.organization)).unreadable).toEqual([]);
  return (await listFindings(ines, here.organization, { rule: 'access-changed' })).items;
};
const lines = async () => (await changed()).map((finding) => finding.rule.says(finding.facts, told));

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world, 'Baseline');
  ines = await world.as(here.admin);
  for (const name of ['etl', 'web']) await here.project(name);
  dana = await here.member('Dana', { projects: [{ project: 'etl', role: 'developer' }] });
  ben = await here.member('Ben');
});

describe('what changed since the baseline', () => {
  test('without a baseline nothing has changed, and right after accepting one nothing has either', async () => {
    expect(await lines()).toEqual([]);
    expect(await acceptBaseline(ines, here.organization)).toMatchObject({ principals: 3 });
    expect(await lines()).toEqual([]);
  });

  test('reads like a code review: gained, lost and another role, by person, with who approved or did it', async () => {
    const asked = await openRequest(await world.as(dana), {
      ...organizationId(),
      project: 'web',
      role: 'runner',
      reason: 'on call',
    });
    await approveRequest(ines, { ...organizationId(), request: asked.name });
    await revokeGrants(ines, { ...organizationId(), ...person(dana), project: 'etl' });
    await changeMemberRole(ines, { ...organizationId(), ...person(ben), role: 'admin' });
    const by = here.admin.email;
    expect(await lines()).toEqual([
      `${dana.email}: + runner in web, ${asked.name}, approved by ${by}; − developer in etl by ${by}`,
      `Privileged: ${ben.email}: organization role member → admin by ${by}`,
    ]);
  });

  test('Revert is the commands that take it back, in order', async () => {
    const finding = (await changed()).find(({ facts }) => facts.who === dana.email);
    const user = dana.email;
    expect(finding?.rule.fixes(finding.facts, '')).toEqual([
      { command: 'org access revoke', args: { user, project: 'web', role: 'runner' } },
      { command: 'org access grant', args: { user, project: 'etl', role: 'developer' } },
    ]);
  });

  test('Adopt takes one person’s access into the baseline, and leaves the others’ alone', async () => {
    const finding = (await changed()).find(({ facts }) => facts.who === dana.email);
    const adopted = await acceptFinding(ines, {
      ...organizationId(),
      finding: finding?.name ?? '',
      reason: '',
    });
    expect(adopted.state).toBe('resolved');
    expect(await lines()).toEqual([expect.stringContaining(ben.email)]);
    await giveGrant(ines, { ...organizationId(), ...person(dana), project: 'etl', role: 'read-only' });
    expect(await lines()).toContain(
      `${dana.email}: + read-only in etl, given by ${here.admin.email} without an approval`,
    );
    await revokeGrants(ines, { ...organizationId(), ...person(dana), project: 'etl' });
    expect(await lines()).toHaveLength(1);
  });

  test('whoever left is said to be gone, and no command brings them back', async () => {
    await removeMember(ines, { ...organizationId(), ...person(dana) });
    const finding = (await changed()).find(({ facts }) => facts.who === dana.email);
    expect(finding?.rule.says(finding.facts, told)).toContain(
      `${dana.email} (gone): organization role member → none`,
    );
    expect(finding?.rule.fixes(finding.facts, '')).toEqual([]);
    await acceptFinding(ines, { ...organizationId(), finding: finding?.name ?? '', reason: '' });
    expect(await lines()).toEqual([expect.stringContaining(ben.email)]);
  });

  test('a new baseline starts from nothing that has changed', async () => {
    await acceptBaseline(ines, here.organization);
    expect(await lines()).toEqual([]);
  });
});

describe('asking', () => {
  test('whoever is asked answers once, and nobody else can', async () => {
    const eli = await here.member('Eli');
    const name = (await changed()).find(({ facts }) => facts.who === eli.email)?.name ?? '';
    const { asked } = await askAboutFinding(ines, { ...organizationId(), finding: name });
    expect(asked).toBe(eli.email);
    expect((await refusal(askAboutFinding(ines, { ...organizationId(), finding: name }))).code).toBe(
      'wrong-state',
    );
    const [question] = await world.db.select().from(findingQuestions);
    const answer = {
      ...organizationId(),
      question: question?.id ?? '',
      answer: 'right',
      note: 'new here',
    } as const;
    expect((await refusal(answerAboutFinding(await world.as(ben), answer))).code).toBe('not-found');
    expect(await answerAboutFinding(await world.as(eli), answer)).toEqual({ finding: name });
    expect((await refusal(answerAboutFinding(await world.as(eli), answer))).code).toBe('not-found');
    const globex = await mintOrganization(world, 'Globex');
    expect((await refusal(answerAboutFinding(await world.as(globex.admin), answer))).code).toBe('not-found');
  });
});
