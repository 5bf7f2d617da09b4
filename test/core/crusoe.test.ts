import { beforeAll, describe, expect, test } from 'vitest';
import { decide } from '../../src/core/access/decide.ts';
import { listProjects } from '../../src/core/project/list.ts';
import { type DecisionPoint, personalToken, startDecisionPoint, user } from '../http/decision-point.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Access, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type World } from '../support/world.ts';

const CRUD = ['create', 'read', 'update', 'delete'] as const;

let world: World;
let here: Minted;
let point: DecisionPoint;
let token: string;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world, 'Crusoe', 'crusoe');
  for (const name of ['project-a', 'project-b']) await here.project(name);
  token = await personalToken(here, here.admin);
  point = await startDecisionPoint(world);
});

let minted = 0;
const member = async (access: Access): Promise<string> => (await here.member(`m${minted++}`, access)).email;

/** Which of create, read, update and delete somebody may, through the decision endpoint. */
const mayDo = async (email: string, project?: string, type = 'virtual-machines'): Promise<string[]> => {
  const answer = await point.ask(token, 'evaluations', {
    subject: user(email),
    resource: { type, id: 'thing', properties: project ? { project } : {} },
    evaluations: CRUD.map((name) => ({ action: { name } })),
  });
  expect(answer.status).toBe(200);
  return CRUD.filter((_, at) => answer.json.evaluations?.[at]?.decision);
};

describe('organization > project > resources', () => {
  test('CR-23 CR-11 an org-reader who is project-editor in A edits in A, reads B, and cannot edit B', async () => {
    const email = await member({
      role: 'org-reader',
      projects: [{ project: 'project-a', role: 'project-editor' }],
    });
    expect(await mayDo(email, 'project-a')).toEqual(['create', 'read', 'update', 'delete']);
    expect(await mayDo(email, 'project-b')).toEqual(['read']);
  });

  test('CR-22 of several roles the highest applies, whichever of them it is', async () => {
    const both = await member({
      role: 'org-editor',
      projects: [{ project: 'project-a', role: 'project-reader' }],
    });
    expect(await mayDo(both, 'project-a')).toEqual([...CRUD]);
    const two = await member({
      projects: [
        { project: 'project-a', role: 'project-reader' },
        { project: 'project-a', role: 'project-editor' },
      ],
    });
    expect(await mayDo(two, 'project-a')).toEqual([...CRUD]);
    expect(await mayDo(two, 'project-b')).toEqual([]);
  });

  test('CR-12 an organization role reaches every project, those made later too', async () => {
    const email = await member({ role: 'org-reader' });
    await here.project('project-later');
    for (const project of ['project-a', 'project-b', 'project-later'])
      expect(await mayDo(email, project)).toEqual(['read']);
    expect(await mayDo(email)).toEqual(['read']);
  });

  test('CR-13 CR-20 CR-21 a project role reaches that one project', async () => {
    const editor = await member({ projects: [{ project: 'project-a', role: 'project-editor' }] });
    const reader = await member({ projects: [{ project: 'project-b', role: 'project-reader' }] });
    expect([await mayDo(editor, 'project-a'), await mayDo(editor, 'project-b')]).toEqual([[...CRUD], []]);
    expect([await mayDo(reader, 'project-a'), await mayDo(reader, 'project-b')]).toEqual([[], ['read']]);
    expect([await mayDo(editor), await mayDo(reader)]).toEqual([[], []]);
  });

  test('CR-14 CR-15 CR-16 CR-17 organization roles from everything to nothing, any type of resource alike', async () => {
    const roles = ['org-editor', 'org-reader', null];
    const expected = [[...CRUD], ['read'], []];
    for (const [at, role] of roles.entries()) {
      const email = await member({ role });
      for (const type of ['virtual-machines', 'disks', 'resources', 'project']) {
        const may =
          type === 'project'
            ? await Promise.all(
                CRUD.map(async (name) => {
                  const answer = await point.ask(token, 'evaluation', {
                    subject: user(email),
                    action: { name },
                    resource: { type, id: 'project-a' },
                  });
                  return answer.json.decision ? [name] : [];
                }),
              ).then((lists) => lists.flat())
            : await mayDo(email, 'project-a', type);
        expect(may).toEqual(expected[at]);
      }
      expect(await mayDo(email, undefined, 'billing')).toEqual([]);
      expect(await mayDo(email, undefined, 'members')).toEqual([]);
    }
    expect(await mayDo(here.admin.email, 'project-b')).toEqual([...CRUD]);
    expect(await mayDo(here.admin.email, undefined, 'billing')).toEqual(['read', 'update']);
    expect(await mayDo(here.admin.email, undefined, 'members')).toEqual(['read']);
  });

  test('CR-18 CR-19 without an organization role one sees the projects that one has a role in, and no other', async () => {
    const person = await here.member('Few', { projects: [{ project: 'project-b', role: 'project-reader' }] });
    const { items } = await listProjects(await world.as(person), here.organization);
    expect(items.map(({ name }) => name)).toEqual(['project-b']);
    expect(await mayDo(person.email, 'project-b')).toEqual(['read']);
  });

  test('a type that is no word, and an action that there is not, are denied even to administrators', async () => {
    const ask = (type: string, action: string) => ({
      organization: here.organization,
      subject: user(here.admin.email),
      action,
      resource: { type, id: 'x' },
    });
    const answers = await decide(world.db, [
      ask('*', 'read'),
      ask('disks', '*'),
      ask('disks', 'reboot'),
      ask('', 'read'),
    ]);
    expect(answers.map(({ reason }) => reason)).toEqual(Array(4).fill('unknown-permission'));
  });
});
