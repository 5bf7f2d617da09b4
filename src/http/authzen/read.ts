import type { Context } from 'hono';
import type { Question } from '../../core/access/decide.ts';
import { readFields } from '../body.ts';
import { ProblemError } from '../problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an evaluation asks, but for who asks it. */
export type Asked = Pick<Question, 'subject' | 'action' | 'resource'>;

const BODY_BYTES = 1024 * 1024;

export const malformed = (detail: string): ProblemError =>
  new ProblemError({ status: 400, code: 'malformed', title: 'The request could not be read.', detail });

export const tooLarge = (detail: string): ProblemError =>
  new ProblemError({ status: 413, code: 'too-large', title: 'The request is too large.', detail });

/** @throws ProblemError 400 for anything but a JSON object, 413 for one that is too large */
export const readBody = async (c: Context): Promise<Fields> => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw malformed('Send application/json.');
  try {
    return await readFields(c, BODY_BYTES);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 415) throw malformed('Send it in UTF-8.');
    throw error;
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that has to be an object where it is there. */
export const optionalFields = (of: Fields, name: string): Fields | undefined => {
  const value = of[name];
  if (value === undefined) return undefined;
  if (!isFields(value)) throw malformed(`\`${name}\` has to be an object.`);
  return value;
};

const fields = (of: Fields, name: string): Fields => {
  const found = optionalFields(of, name);
  if (!found) throw malformed(`\`${name}\` is missing.`);
  return found;
};

const optionalText = (of: Fields, name: string, path: string): string | undefined => {
  const value = of[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw malformed(`\`${path}.${name}\` has to be a string.`);
  return value;
};

const text = (of: Fields, name: string, path: string): string => {
  const found = optionalText(of, name, path);
  if (found === undefined) throw malformed(`\`${path}.${name}\` is missing.`);
  return found;
};

/** Properties are accepted everywhere and believed nowhere, but for three of a resource. */
const propertiesOf = (entity: Fields): Fields => optionalFields(entity, 'properties') ?? {};

export const readTyped = (body: Fields, name: 'subject' | 'resource'): { type: string } => {
  const entity = fields(body, name);
  propertiesOf(entity);
  return { type: text(entity, 'type', name) };
};

export const readSubject = (body: Fields): Asked['subject'] => {
  const { type } = readTyped(body, 'subject');
  return { type, id: text(fields(body, 'subject'), 'id', 'subject') };
};

export const readResource = (body: Fields): Asked['resource'] => {
  const { type } = readTyped(body, 'resource');
  const entity = fields(body, 'resource');
  const stated = propertiesOf(entity);
  const path = 'resource.properties';
  return {
    type,
    id: text(entity, 'id', 'resource'),
    organization: optionalText(stated, 'organization', path),
    project: optionalText(stated, 'project', path),
    owner: optionalText(stated, 'owner', path),
  };
};

export const readAction = (body: Fields): string => {
  const action = fields(body, 'action');
  propertiesOf(action);
  return text(action, 'name', 'action');
};

/** @throws ProblemError 400, which names the member that is missing or of a wrong type */
export const readAsked = (body: Fields): Asked => {
  optionalFields(body, 'context');
  return { subject: readSubject(body), action: readAction(body), resource: readResource(body) };
};

const MEMBERS = { subject: ['type', 'id'], action: ['name'], resource: ['type', 'id'] } as const;

/** What stands above a batch may be incomplete, but not of a wrong type. */
export const checkDefaults = (body: Fields): void => {
  optionalFields(body, 'context');
  for (const [name, members] of Object.entries(MEMBERS)) {
    const entity = optionalFields(body, name);
    if (!entity) continue;
    propertiesOf(entity);
    for (const member of members) optionalText(entity, member, name);
  }
};

export const isObject = isFields;

export type { Fields };
