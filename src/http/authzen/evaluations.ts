import type { Answer } from '../../core/access/decide.ts';
import { ProblemError } from '../problem.ts';
import {
  type Asked,
  checkDefaults,
  type Fields,
  isObject,
  malformed,
  optionalFields,
  readAsked,
  tooLarge,
} from './read.ts';

/** One decision as it is said. `path` is the chain of `/access check`. */
export interface Decision {
  decision: boolean;
  context: { reason: string; path: readonly object[]; error?: { status: number; message: string } };
}

const MOST = 1000;

/** Where a batch ends early: at the first decision that is this one. */
const SEMANTICS = new Map<unknown, boolean | undefined>([
  [undefined, undefined],
  ['execute_all', undefined],
  ['deny_on_first_deny', false],
  ['permit_on_first_permit', true],
]);

export const sayDecision = ({ allowed, reason, path }: Answer): Decision => ({
  decision: allowed,
  context: { reason, path },
});

export interface Batch {
  /** In order; an item that asks nothing that can be decided says what is wrong with it. */
  items: readonly (Asked | { wrong: string })[];
  endsAt: boolean | undefined;
}

/** A batch, or nothing where the body is a single evaluation. @throws ProblemError 400 or 413 for the whole of it */
export const readBatch = (body: Fields): Batch | undefined => {
  const semantic = optionalFields(body, 'options')?.evaluations_semantic;
  if (!SEMANTICS.has(semantic)) {
    throw malformed(
      `\`options.evaluations_semantic\` has to be one of ${[...SEMANTICS.keys()].filter(Boolean).join(', ')}.`,
    );
  }
  const { evaluations } = body;
  if (evaluations === undefined) return undefined;
  if (!Array.isArray(evaluations)) throw malformed('`evaluations` has to be an array.');
  if (evaluations.length === 0) return undefined;
  if (evaluations.length > MOST) throw tooLarge(`Ask at most ${MOST} evaluations at once.`);
  checkDefaults(body);
  const { subject, action, resource, context } = body;
  const defaults = { subject, action, resource, context };
  return { items: evaluations.map((item) => readItem(defaults, item)), endsAt: SEMANTICS.get(semantic) };
};

/** An item's entity takes the place of the default as a whole. */
const readItem = (defaults: Fields, item: unknown): Asked | { wrong: string } => {
  if (!isObject(item)) return { wrong: 'An evaluation has to be an object.' };
  try {
    return readAsked({ ...defaults, ...item });
  } catch (error) {
    if (error instanceof ProblemError) return { wrong: error.problem.detail ?? error.problem.title };
    throw error;
  }
};

/** The answer to a batch, up to the decision that ends it. */
export const sayBatch = ({ items, endsAt }: Batch, answers: readonly Answer[]): Decision[] => {
  const decided = answers.values();
  const said: Decision[] = [];
  for (const item of items) {
    const answer = 'wrong' in item ? undefined : decided.next().value;
    const decision = answer ? sayDecision(answer) : failed('wrong' in item ? item.wrong : 'Not decided.');
    said.push(decision);
    if (decision.decision === endsAt) break;
  }
  return said;
};

const failed = (message: string): Decision => ({
  decision: false,
  context: { reason: 'malformed', path: [], error: { status: 400, message } },
});
