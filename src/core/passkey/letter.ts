import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { passkeyEnrolments } from '../../db/schema/index.ts';
import type { InstallationPolicy } from '../context.ts';
import { linkToken } from '../link-token.ts';
import { derive } from '../secret.ts';

export const ENROLMENT_MINUTES = 30;

/** The token of a row, made again wherever the letter is written; the row holds only its hash. */
export const enrolmentToken = (secretKey: string, id: string): string =>
  linkToken(id, derive(secretKey, 'passkey-enrolment', id));

/** What an enrolment's letter says. It holds the secret: it goes to the person's address and nowhere else. */
export interface WrittenEnrolment {
  name: string;
  link: string;
  minutes: number;
}

/** The letter's content at the moment it is sent; undefined when the link was used, replaced or has expired. */
export const writtenEnrolment = async (
  db: Db,
  { publicUrl, secretKey }: Pick<InstallationPolicy, 'publicUrl' | 'secretKey'>,
  enrolmentId: string,
): Promise<WrittenEnrolment | undefined> => {
  const [open] = await db
    .select({
      name: passkeyEnrolments.name,
      minutes: sql<number>`ceil(extract(epoch from ${passkeyEnrolments.expiresAt} - clock_timestamp()) / 60)::int`,
    })
    .from(passkeyEnrolments)
    .where(
      and(
        eq(passkeyEnrolments.id, enrolmentId),
        isNull(passkeyEnrolments.usedAt),
        gt(passkeyEnrolments.expiresAt, sql`clock_timestamp()`),
      ),
    );
  return open && { ...open, link: `${publicUrl}/passkeys/add#${enrolmentToken(secretKey, enrolmentId)}` };
};
