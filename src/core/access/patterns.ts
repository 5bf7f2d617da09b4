import type { AccessModel, CatalogueEntry } from './model.ts';
import { ALL_OWN, isOwn, isOwnType } from './own.ts';

const WELL_FORMED = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*(:own)?$/;

const entryOf = (model: AccessModel, permission: string): CatalogueEntry | undefined =>
  model.catalogue === 'open' ? undefined : model.catalogue.find((entry) => entry.name === permission);

/** The name under which the catalogue knows a permission: where it has one word for all types of resource, that. */
const catalogued = (model: AccessModel, permission: string): string => {
  if (model.catalogue === 'open' || model.anyResource === undefined) return permission;
  const [resource = '', ...rest] = permission.split(':');
  if (isOwnType(resource)) return permission;
  const listed = model.catalogue.some((entry) => entry.name.startsWith(`${resource}:`));
  return listed ? permission : [model.anyResource, ...rest].join(':');
};

/** Whether an organization under this model can speak of the permission at all. */
export const isKnown = (model: AccessModel, permission: string): boolean =>
  isOwn(permission) ||
  (model.catalogue === 'open'
    ? WELL_FORMED.test(permission) && !permission.startsWith('rollcall:')
    : entryOf(model, catalogued(model, permission).replace(/:own$/, '')) !== undefined);

export const isOperatorOnly = (model: AccessModel, permission: string): boolean =>
  entryOf(model, permission)?.operatorOnly === true;

const widened = (permission: string): string[] => {
  const [resource, action] = permission.split(':');
  return [`${resource}:${action}`, `${resource}:*`, `*:${action}`, '*:*'];
};

/**
 * Every pattern in a role that answers this permission. The asker expands the question, so that roles stay readable
 * and survive a growing catalogue. Rollcall's own and operator-only permissions are reached by no wildcard.
 * `own`: the asker owns the resource, so that `…:own` patterns answer too.
 */
export const patternsFor = (model: AccessModel, asking: string, own = false): string[] => {
  if (isOwn(asking)) return [asking, ALL_OWN];
  const permission = catalogued(model, asking);
  const entry = entryOf(model, permission);
  const implied = entry?.impliedBy ?? [];
  if (entry?.operatorOnly) return [permission, ...implied];
  const asked = permission.replace(/:own$/, '');
  const wide = [...widened(asked), ...implied];
  return own || permission.endsWith(':own') ? [...wide, ...widened(asked).map((p) => `${p}:own`)] : wide;
};
