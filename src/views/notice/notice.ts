import { z } from 'zod';
import type { Organization } from '../../core/organization/organization.ts';
import type { Block, Button, Card } from '../card.ts';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';

/** A message about an organization, drawn from the facts that its row holds. */
export interface Notice {
  draw(organization: Organization, data: unknown): Card;
}

/** The data is checked where it enters: a row that does not fit its view is a bug, and says so. */
export const notice = <Schema extends z.ZodType>(
  schema: Schema,
  draw: (organization: Organization, data: z.output<Schema>) => Card,
): Notice => ({ draw: (organization, data) => draw(organization, schema.parse(data)) });

/** Missing where it was the system, or an operator who is no member. */
export const by = z.string().nullish();

export const instant = z.coerce
  .date()
  .nullish()
  .transform((date) => date ?? undefined);

export const grantsGone = z.array(z.object({ project: z.string(), role: z.string() }));

export const doneBy = (email: string | null | undefined): string =>
  email ?? 'an operator of this installation';

export const reasonBlock = (reason: string | null | undefined): Block[] =>
  reason ? [{ kind: 'quote', label: 'Reason', text: reason }] : [];

export const myAccess = (organization: Organization): Block => ({
  kind: 'buttons',
  buttons: [button('My access', act('access home', { org: organization.id }))],
});

/** What became meanwhile of what a message asks. */
export const outcome = z.string().nullish();

/** The buttons that settle it, or what has: then nothing is left to press but what only shows something. */
export const unlessSettled = (
  settled: string | null | undefined,
  buttons: readonly Button[],
  shows: readonly Button[] = [],
): Block[] => {
  const left = settled ? shows : [...buttons, ...shows];
  return [
    ...(settled ? [{ kind: 'text', text: { bold: settled } } as const] : []),
    ...(left.length > 0 ? [{ kind: 'buttons', buttons: left } as const] : []),
  ];
};

/** In place of what has nothing to say any more. */
export const nothingLeftCard: Card = card({
  title: 'Nothing is left to do here',
  blocks: [{ kind: 'text', text: 'What this message was about is settled or gone.' }],
});
