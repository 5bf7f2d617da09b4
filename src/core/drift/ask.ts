import { and, eq, isNull } from 'drizzle-orm';
import { findingQuestions, findings } from '../../db/schema/index.ts';
import { activeMember, change, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isId, newId } from '../id.ts';
import { findMember, type Person } from '../member/find.ts';
import { directMessages, redraw } from '../message.ts';
import { type Finding, findFinding, findingName, numberOf } from './list.ts';

export type Answer = 'right' | 'wrong';

/** Asks somebody, in a direct message with two buttons, whether what a finding says is right. */
export const askAboutFinding = async (
  ctx: Context,
  input: { organizationId: string; finding: string; person?: Person; note?: string },
): Promise<{ finding: Finding; asked: string }> =>
  change(ctx, input.organizationId, async (c) => {
    const me = need(c, 'drift:write', 'ask about findings');
    const finding = await findFinding(c, input.finding);
    if (finding.state === 'resolved') {
      throw new DomainError('wrong-state', `Nobody was asked: ${finding.name} is resolved.`, {});
    }
    const asked = await findMember(c, input.person ?? (await ownerOf(c, finding)));
    if (asked.state !== 'active') {
      throw new DomainError('wrong-state', `${asked.email} was not asked: they are ${asked.state}.`, {
        todo: 'Ask somebody else with `user:`.',
        field: 'user',
      });
    }
    const id = newId();
    const question = {
      organizationId: c.organization.id,
      id,
      finding: numberOf(finding),
      askedBy: me.id,
      askedOf: asked.id,
    };
    const made = await c.db
      .insert(findingQuestions)
      .values({ ...question, note: input.note ?? null })
      .onConflictDoNothing()
      .returning({ id: findingQuestions.id });
    if (made.length === 0) {
      throw new DomainError('wrong-state', `${asked.email} was asked about ${finding.name} already.`, {
        todo: 'You will hear what they answer.',
      });
    }
    const told = await directMessages(c.db, c.organization.id, [asked.id], {
      notice: 'finding-asked',
      data: { question: id, rule: finding.rule.id, facts: finding.facts, by: me.email, note: input.note },
      subjectId: id,
    });
    if (told.length === 0) {
      throw new DomainError(
        'unavailable',
        `${asked.email} was not asked: they have linked no chat account here.`,
        {
          todo: 'Ask somebody else with `user:`.',
          field: 'user',
        },
      );
    }
    c.say(...told);
    c.audit({
      action: 'finding.asked',
      target: finding.name,
      reason: input.note,
      facts: { of: asked.email },
    });
    return { finding, asked: asked.email };
  });

const ownerOf = async (s: Standing, finding: Finding): Promise<Person> => {
  const email = finding.rule.owner(finding.facts);
  if (email !== null) return { email };
  throw new DomainError(
    'invalid',
    `Nobody was asked: ${finding.name} is nobody's in ${s.organization.name}.`,
    {
      todo: 'Name somebody with `user:`.',
      field: 'user',
    },
  );
};

/** What whoever was asked says. It changes nothing by itself: whoever asked hears it, and acts. */
export const answerAboutFinding = async (
  ctx: Context,
  input: { organizationId: string; question: string; answer: Answer; note?: string },
): Promise<{ finding: string }> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    const mine = and(
      eq(findingQuestions.organizationId, c.organization.id),
      eq(findingQuestions.askedOf, me.id),
      isNull(findingQuestions.answeredAt),
    );
    const [answered] = isId(input.question)
      ? await c.db
          .update(findingQuestions)
          .set({ answer: input.answer, answeredAt: c.now, note: input.note ?? null })
          .where(and(mine, eq(findingQuestions.id, input.question)))
          .returning()
      : [];
    if (!answered) {
      throw new DomainError('not-found', 'There is no such question to you, or it is answered already.', {});
    }
    const name = findingName({ number: answered.finding });
    const [row] = await c.db
      .select({ rule: findings.rule, facts: findings.facts })
      .from(findings)
      .where(and(eq(findings.organizationId, c.organization.id), eq(findings.number, answered.finding)));
    c.say(
      ...(await directMessages(c.db, c.organization.id, [answered.askedBy], {
        notice: 'finding-answered',
        data: { finding: name, ...row, by: me.email, right: input.answer === 'right', note: input.note },
        subjectId: c.organization.id,
      })),
    );
    c.enqueue(...(await redraw(c.db, input.question)));
    c.audit({
      action: 'finding.answered',
      target: name,
      reason: input.note,
      facts: { answer: input.answer },
    });
    return { finding: name };
  });
