import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Standing } from '../change.ts';

export interface TokensOfMember {
  /** How many personal tokens work only as long as the member does (CR-27). */
  personal: number;
  /** Organization tokens associated with them, which go on working (CW-36). */
  organization: { name: string; state: 'active' | 'deactivated' }[];
  /** Service accounts that they answer for, which go on working too. */
  serviceAccounts: string[];
}

/** What a member leaves behind or takes along when they are deactivated or removed. */
export const tokensOfMember = async (
  s: Pick<Standing, 'db' | 'organization'>,
  memberId: string,
): Promise<TokensOfMember> => {
  const here = s.organization.id;
  const [row] = rowsOf<{
    personal: number;
    organization: TokensOfMember['organization'] | null;
    accounts: string[] | null;
  }>(
    await s.db.execute(sql`
      select
        (select count(*)::int from tokens where organization_id = ${here} and member_id = ${memberId}
          and kind = 'personal' and state = 'active'
          and (expires_at is null or expires_at > clock_timestamp())) as personal,
        (select json_agg(json_build_object('name', name, 'state', state) order by name) from
          (select distinct name, state from tokens where organization_id = ${here} and member_id = ${memberId}
            and kind = 'organization' and state <> 'revoked' and (expires_at is null or expires_at > clock_timestamp())) as t) as organization,
        (select json_agg(name order by name) from service_accounts where organization_id = ${here}
          and responsible_id = ${memberId}) as accounts`),
  );
  return {
    personal: row?.personal ?? 0,
    organization: row?.organization ?? [],
    serviceAccounts: row?.accounts ?? [],
  };
};
