import { z } from 'zod';
import { ruleNamed } from '../../core/drift/rules/index.ts';
import type { Organization } from '../../core/organization/organization.ts';
import type { Block } from '../card.ts';
import { inFull } from '../drift.ts';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { notice, outcome, unlessSettled } from './notice.ts';

const about = z.object({ rule: z.string(), facts: z.record(z.string(), z.unknown()) });
const note = z.string().nullish();

const sentence = (organization: Organization, { rule, facts }: z.output<typeof about>): string => {
  const known = ruleNamed(rule);
  return known ? `${known.says(facts, inFull(organization.model.words))}.` : 'It is no longer looked for.';
};

const quoted = (text: string | null | undefined, label: string): Block[] =>
  text ? [{ kind: 'quote', label, text }] : [];

export const findingAsked = notice(
  about.extend({ question: z.string(), by: z.string(), note, outcome }),
  (organization, data) => {
    const args = { question: data.question, org: organization.id };
    return card({
      title: `${data.by} asks: is this right?`,
      blocks: [
        { kind: 'text', text: sentence(organization, data) },
        ...quoted(data.note, 'They add'),
        {
          kind: 'text',
          text: `It is about ${organization.name}. Your answer changes nothing by itself; ${data.by} hears it.`,
        },
        ...unlessSettled(data.outcome, [
          button('This is right', act('org drift answer', { ...args, answer: 'right' }), {
            style: 'primary',
          }),
          button('This is wrong', act('org drift answer', { ...args, answer: 'wrong' })),
        ]),
      ],
    });
  },
);

export const findingAnswered = notice(
  about.extend({ finding: z.string(), by: z.string(), right: z.boolean(), note, outcome }),
  (organization, data) => {
    const args = { finding: data.finding, org: organization.id };
    const { right } = data;
    return card({
      title: `${data.by} says: ${data.finding} is ${right ? 'right' : 'wrong'}`,
      tone: right ? 'good' : 'warning',
      blocks: [
        { kind: 'text', text: `${sentence(organization, data)} It is about ${organization.name}.` },
        ...quoted(data.note, 'They add'),
        ...unlessSettled(
          data.outcome,
          [
            button(
              'Accept',
              act('org drift accept', { ...args, was: 'open' }),
              right ? { style: 'primary' } : {},
            ),
            button('Fix', act('org drift fix', { ...args, was: 'open' }), right ? {} : { style: 'primary' }),
          ],
          [button('Show', act('org drift show', args))],
        ),
      ],
    });
  },
);
