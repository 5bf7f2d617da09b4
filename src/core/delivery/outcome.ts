import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Db, rowsOf } from '../../db/client.ts';
import { loadHolders } from '../access/holder.ts';
import type { Organization } from '../organization/organization.ts';
import type { Outgoing } from './find.ts';

/** What a message says beside the facts that it was committed with: how things stand when it is drawn. */
export interface Meanwhile {
  /** What became of what it asks, in one sentence: its buttons would do nothing any more. */
  outcome?: string | undefined;
  /** How each address stands that it names. */
  states?: Record<string, string>;
  /** Whoever it is about is deactivated. */
  off?: boolean;
  /** Whoever it is about is a member no more. */
  gone?: boolean;
}

interface Place {
  db: Db;
  organization: Organization;
  message: Outgoing;
}

type Look = (place: Place) => Promise<Meanwhile>;

const oneText = async (db: Db, query: ReturnType<typeof sql>): Promise<string | undefined> =>
  rowsOf<{ text: string | null }>(await db.execute(query))[0]?.text ?? undefined;

/** The newest invitation of each address since the message, or `member`. */
const invited = async (
  { db, organization, message }: Place,
  emails: readonly string[],
): Promise<Record<string, string>> =>
  Object.fromEntries(
    rowsOf<{ email: string; state: string | null }>(
      await db.execute(sql`
        select asked.email, case
          when exists (select from members m join principals p on p.organization_id = m.organization_id and p.id = m.user_id
            where m.organization_id = ${organization.id} and m.email = asked.email and p.state <> 'removed') then 'member'
          else (select i.state from invitations i
            where i.organization_id = ${organization.id} and i.email = asked.email
              and (i.created_at > ${message.createdAt.toISOString()}::timestamptz or i.state <> 'expired')
            order by i.created_at desc limit 1) end as state
        from unnest(${sql.param([...emails])}::text[]) asked (email)`),
    ).flatMap(({ email, state }) => (state === null ? [] : [[email, state]])),
  );

const looks: Readonly<Record<string, Look>> = {
  'finding-asked': async ({ db, organization, message }) => {
    const { question } = z.object({ question: z.uuid() }).parse(message.data);
    const answer = await oneText(
      db,
      sql`select answer as text from finding_questions where organization_id = ${organization.id} and id = ${question}`,
    );
    return { outcome: answer && `It was answered: this is ${answer}.` };
  },
  'finding-answered': async ({ db, organization, message }) => {
    const { finding } = z.object({ finding: z.string() }).parse(message.data);
    const state = await oneText(
      db,
      sql`select state as text from findings where organization_id = ${organization.id} and 'DRF-' || number = ${finding}`,
    );
    return { outcome: state === undefined || state === 'open' ? undefined : `${finding} is ${state} now.` };
  },
  'invitation-wanted': async (place) => {
    const { email } = z.object({ email: z.string() }).parse(place.message.data);
    const emails = email.split(',');
    const states = await invited(place, emails);
    const done = emails.every((one) => ['member', 'pending', 'accepted'].includes(states[one] ?? ''));
    return { outcome: done ? 'The invitation was sent.' : undefined };
  },
  'invitation-wrong-address': async ({ db, message }) => {
    const state = await oneText(
      db,
      sql`select state as text from invitations where organization_id = ${message.organizationId} and id = ${message.data.invitation ?? null}`,
    );
    return {
      outcome: state === undefined || state === 'pending' ? undefined : `The invitation is ${state} now.`,
    };
  },
  'invitations-expired': async (place) => {
    const { emails } = z.object({ emails: z.array(z.string()) }).parse(place.message.data);
    return { states: await invited(place, emails) };
  },
  'member-left-workspace': async ({ db, organization, message }) => {
    const { email } = z.object({ email: z.string() }).parse(message.data);
    const state = await oneText(
      db,
      sql`
        select case when o.id is not null then 'leaving' else p.state end as text
        from members m
        join principals p on p.organization_id = m.organization_id and p.id = m.user_id
        left join offboardings o on o.organization_id = m.organization_id and o.user_id = m.user_id and o.closed_at is null
        where m.organization_id = ${organization.id} and m.email = ${email} limit 1`,
    );
    if (state === 'leaving') return { outcome: 'Their removal is under way.' };
    if (state === undefined || state === 'removed')
      return { outcome: 'They are a member no more.', gone: true };
    return { off: state === 'deactivated' };
  },
  'access-ending': async ({ db, organization, message }) => {
    const facts = z.object({
      email: z.string().optional(),
      role: z.string(),
      project: z.string().nullable(),
      until: z.coerce.date(),
    });
    const { email, role, project, until } = facts.parse(message.data);
    if (email === undefined) return {};
    const { holders } = await loadHolders(db, organization.id, { emails: [email] });
    const held = holders[0]?.roles.find(
      (one) => one.role === role && (one.project ?? null) === project && one.through !== 'default-role',
    );
    if (!held) return { outcome: 'This access has ended.' };
    const same = held.until?.getTime() === until.getTime();
    return { outcome: same ? undefined : 'It does not end then any more.' };
  },
};

/** How things stand that a message of an organization is about; nothing where it only tells. */
export const meanwhile = async (db: Db, organization: Organization, message: Outgoing): Promise<Meanwhile> =>
  (Object.hasOwn(looks, message.notice) && (await looks[message.notice]?.({ db, organization, message }))) ||
  {};
