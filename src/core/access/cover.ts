import type { AccessModel } from './model.ts';
import { ALL_OWN, isOwn } from './own.ts';
import { isOperatorOnly, patternsFor } from './patterns.ts';

const parts = (pattern: string): { resource: string; action: string; own: boolean } => {
  const [resource = '', action = '', own] = pattern.split(':');
  return { resource, action, own: own === 'own' };
};

/** Whether holding `wide` means holding everything that `narrow` stands for. */
const covers = (model: AccessModel, wide: string, narrow: string): boolean => {
  if (wide === narrow) return true;
  if (isOwn(narrow)) return wide === ALL_OWN;
  if (narrow === ALL_OWN || wide === ALL_OWN || isOwn(wide)) return false;
  if (!narrow.includes('*')) return patternsFor(model, narrow).includes(wide);
  const w = parts(wide);
  const n = parts(narrow);
  return (
    (w.resource === '*' || w.resource === n.resource) &&
    (w.action === '*' || w.action === n.action) &&
    (!w.own || n.own)
  );
};

export interface Giver {
  operator: boolean;
  /** Holds the model's administrator role. */
  administers: boolean;
  /** What the giver holds at the scope that is given at. */
  permissions: readonly string[];
}

/**
 * Rule 5: the permissions of `given` that this giver may not give. Operator-only ones are given by operators alone,
 * held or not; an administrator gives everything else; anybody else only what they hold at that scope.
 */
export const missingToGive = (model: AccessModel, giver: Giver, given: readonly string[]): string[] =>
  given.filter((permission) => {
    if (isOperatorOnly(model, permission)) return !giver.operator;
    if (giver.administers) return false;
    return !giver.permissions.some((held) => covers(model, held, permission));
  });
