import { DomainError, type ErrorCode } from '../../core/errors.ts';
import type { Problem } from '../problem.ts';

const UNKNOWN: Problem = { status: 404, code: 'unknown', title: 'Nothing belongs to this link.' };

const STATUS: Partial<Record<ErrorCode, 403 | 410 | 503>> = {
  used: 410,
  expired: 410,
  // Decided, withdrawn or over meanwhile: the link has nothing left to do.
  'wrong-state': 410,
  unproven: 403,
  forbidden: 403,
  'not-given': 403,
  'own-request': 403,
  'not-member': 403,
  'not-linked': 403,
  deactivated: 403,
  unavailable: 503,
};

/** A refusal of the core as these pages put it into HTTP; undefined for what is no refusal. */
export const refusalOf = (error: unknown): Problem | undefined => {
  if (!(error instanceof DomainError)) return undefined;
  const { code, message, todo } = error;
  if (code === 'not-found') return UNKNOWN;
  const plain = (sentence: string): string => sentence.replaceAll('`', '');
  return {
    status: STATUS[code] ?? 409,
    code,
    title: plain(message),
    ...(todo ? { detail: plain(todo) } : {}),
  };
};
