import { rules } from '../core/drift/rules/index.ts';
import { choice } from './argument.ts';

export const driftRule = () =>
  choice(
    'Rule',
    rules.map(({ id }) => id),
    (id) => rules.find((known) => known.id === id)?.title ?? id,
  );
