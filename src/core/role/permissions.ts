import type { AccessModel } from '../access/model.ts';
import { ALL_OWN, isOwn, type OwnPermission } from '../access/own.ts';
import { isKnown } from '../access/patterns.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { Scope } from './find.ts';

const MOST = 200;
const WORD = '[a-z][a-z0-9-]*';
const WILD_RESOURCE = new RegExp(`^${WORD}:\\*(:own)?$`);
const WILDCARD = new RegExp(`^(\\*|${WORD}):(\\*|${WORD})(:own)?$`);

/** Those of Rollcall's own permissions that count in one project too. A service account holds roles nowhere else. */
const IN_A_PROJECT: ReadonlySet<OwnPermission> = new Set([
  'grants:write',
  'requests:decide',
  'registry:write',
  'decisions:read',
] as const);

/** An open catalogue takes any pattern; a closed one knows `resource:*` for the resources it lists. */
const isPattern = (model: AccessModel, permission: string): boolean => {
  if (!permission.includes('*')) return isKnown(model, permission);
  if (model.catalogue === 'open') return WILDCARD.test(permission) && permission !== ALL_OWN;
  const [resource] = permission.split(':');
  return (
    WILD_RESOURCE.test(permission) &&
    model.catalogue.some((entry) => entry.name.startsWith(`${resource}:`) && !entry.operatorOnly)
  );
};

const refuse = (permission: string, why: string, todo: string): DomainError =>
  new DomainError('invalid', `Nothing was done: \`${permission.slice(0, 60)}\` ${why}.`, {
    todo,
    field: 'permissions',
  });

/**
 * What a role of this scope is to allow, as it is stored: each once, in order.
 * @throws DomainError `invalid`, which names the first that means nothing here
 */
export const knownPermissions = (s: Standing, scope: Scope, typed: readonly string[]): string[] => {
  const { model } = s.organization;
  const permissions = [...new Set(typed.map((permission) => permission.trim().toLowerCase()))].sort();
  if (permissions.length > MOST) {
    throw new DomainError('invalid', `Nothing was done: a role allows at most ${MOST} permissions.`, {
      todo: 'Use a wildcard such as `flows:*`, or two roles.',
      field: 'permissions',
    });
  }
  for (const permission of permissions) {
    if (permission === ALL_OWN) {
      throw refuse(
        permission,
        'belongs to administrators alone',
        'Name what the role needs, such as `members:list`.',
      );
    }
    if (isOwn(permission)) {
      if (scope === 'organization' || IN_A_PROJECT.has(permission)) continue;
      throw refuse(
        permission,
        `means nothing in one ${model.words.project}`,
        `Put it into an organization role, or use ${[...IN_A_PROJECT].join(', ')}.`,
      );
    }
    if (!isPattern(model, permission)) throw refuse(permission, 'is no permission here', howTo(model));
  }
  return permissions;
};

const howTo = (model: AccessModel): string => {
  if (model.catalogue === 'open') {
    return 'Write `resource:action`, such as `flows:read`, `flows:*` or `*:read`.';
  }
  const resources = [...new Set(model.catalogue.map((entry) => entry.name.split(':')[0] ?? ''))];
  return `Write \`resource:action\` or \`resource:*\`; the resources are ${resources.join(', ')}.`;
};
