import { type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { AccessModel } from '../access/model.ts';
import type { Change } from '../change.ts';
import type { Organization } from '../organization/organization.ts';
import type { Settings } from '../organization/settings.ts';
import type { Role } from '../role/find.ts';

export const severities = ['high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** What a rule is asked about: one organization at one moment. */
export interface Scope {
  organization: Pick<Organization, 'id' | 'model'>;
  settings: Settings;
  roles: readonly Role[];
  /** Roles that anybody holds in a project: of the others no rule has to look for holders. */
  granted: ReadonlySet<string>;
  /** Whether there is a baseline to compare with. */
  baseline: boolean;
  now: Date;
  /** These subjects alone, so that a fix can be looked at without reading everything again. */
  subjects?: readonly string[];
}

/** For whom a sentence is written: the model's words, and addresses in full or masked. */
export interface Told {
  words: AccessModel['words'];
  email: (address: string) => string;
}

/** A command as somebody would type it; a fix is carried out by the command itself. */
export interface Fix {
  command: string;
  args: Readonly<Record<string, string>>;
}

/** What a fix has to be told by whoever presses it: a name, or somebody active, perhaps by whether they administer. */
export type Asks = 'name' | Whom;
export type Whom = 'member' | 'administrator' | 'no-administrator';

export interface RuleDefinition<Schema extends z.ZodType> {
  id: string;
  severity: Severity;
  /** What its findings are called together. */
  title: string;
  /** Why it matters, and what to do about it. */
  why: string;
  facts: Schema;
  /** One set-based query, bound to the organization: `subject` (text) and `facts` (jsonb), nothing that changes by itself. */
  find(scope: Scope): SQL;
  /** One finding as a sentence. */
  says(facts: z.output<Schema>, told: Told): string;
  asks?: Asks;
  /** What mends it; none where nobody but its owner can. `given` is what the fix asks for. */
  fix?(facts: z.output<Schema>, given: string): readonly Fix[];
  /** Each fix shows a secret, or wants a look of its own: never all at once. */
  oneByOne?: boolean;
  /** Who knows best, by address: whom `ask` asks. */
  owner?(facts: z.output<Schema>): string | null;
  /** What accepting one does beyond that; the finding is then resolved, because nothing is left of it. */
  adopt?(c: Change, subject: string): Promise<void>;
}

/**
 * A rule as everything else sees it. What the database holds is checked where it enters: a finding that an earlier
 * version wrote, and no run has seen since, goes by its title alone.
 */
export interface Rule extends Pick<RuleDefinition<z.ZodType>, 'id' | 'severity' | 'title' | 'why' | 'find'> {
  asks: Asks | undefined;
  says(facts: unknown, told: Told): string;
  /** The commands that mend it; none where no command does. */
  fixes(facts: unknown, given: string): readonly Fix[];
  oneByOne: boolean;
  owner(facts: unknown): string | null;
  adopt: ((c: Change, subject: string) => Promise<void>) | undefined;
}

export const defineRule = <Schema extends z.ZodType>(rule: RuleDefinition<Schema>): Rule => {
  const { id, severity, title, why, find, asks, oneByOne = false, adopt } = rule;
  return {
    id,
    severity,
    title,
    why,
    find,
    asks,
    says: (facts, told) => {
      const { success, data } = rule.facts.safeParse(facts);
      return success ? rule.says(data, told) : title;
    },
    oneByOne,
    adopt,
    fixes: (facts, given) => {
      const { success, data } = rule.facts.safeParse(facts);
      return success ? (rule.fix?.(data, given) ?? []) : [];
    },
    owner: (facts) => {
      const { success, data } = rule.facts.safeParse(facts);
      return success ? (rule.owner?.(data) ?? null) : null;
    },
  };
};

/** Narrows a rule to the subjects it is asked about, where those are ids. */
export const among = ({ subjects }: Scope, id: SQL): SQL =>
  subjects ? sql`and ${id} = any(${sql.param([...subjects])}::uuid[])` : sql``;

/** The same, where a subject is put together from several ids. */
export const amongTexts = ({ subjects }: Scope, subject: SQL): SQL =>
  subjects ? sql`and ${subject} = any(${sql.param([...subjects])}::text[])` : sql``;

export const instantOf = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

/** The moment that lies so many seconds back. */
export const ago = ({ now }: Scope, seconds: number): SQL =>
  instantOf(new Date(now.getTime() - seconds * 1000));

/**
 * At the end of a lateral subquery: its rows are looked up one by one, by their key. Postgres overestimates how little
 * has drifted and would join whole tables.
 */
export const ONE_BY_ONE = sql`offset 0`;

/** What finds nothing, where there is nothing to look for. */
export const NOTHING = sql`select null::text as subject, null::jsonb as facts where false`;

export const ids = (list: readonly string[]): SQL => sql`${sql.param([...list])}::uuid[]`;
