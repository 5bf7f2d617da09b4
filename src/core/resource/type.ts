import type { AccessModel } from '../access/model.ts';
import { DomainError } from '../errors.ts';
import { closest, nearestFew } from '../nearest.ts';

/** The type under which decisions know projects themselves. */
export const PROJECT_TYPE = 'project';

const WELL_FORMED = /^[a-z][a-z0-9-]{0,62}$/;

export const isType = (text: string): boolean => WELL_FORMED.test(text);

/** The types that permissions speak of; undefined where they speak of any. */
const listedTypes = (model: AccessModel): string[] | undefined =>
  model.catalogue === 'open' || model.anyResource !== undefined || model.opaque
    ? undefined
    : [...new Set(model.catalogue.map((entry) => entry.name.split(':')[0] ?? ''))];

/** @throws DomainError `invalid` for what no permission here speaks of */
export const resourceType = (model: AccessModel, typed: string): string => {
  const type = typed.trim().toLowerCase();
  const refuse = (why: string, todo: string, near: readonly string[] = []): DomainError =>
    new DomainError('invalid', `Nothing was done: \`${typed.slice(0, 60)}\` ${why}.`, {
      todo,
      field: 'type',
      near,
    });
  if (type === PROJECT_TYPE) {
    throw refuse(`is the type of ${model.words.projects}`, 'Use `/org project create` for those.');
  }
  if (!isType(type)) {
    throw refuse(
      'is no type of resource',
      'Use lower-case letters, digits and hyphens, starting with a letter.',
    );
  }
  const listed = listedTypes(model);
  if (listed && !listed.includes(type)) {
    const { todo, near } = closest(nearestFew(type, listed), `The types are ${listed.join(', ')}.`);
    throw refuse('is no type of resource here', todo, near);
  }
  return type;
};
