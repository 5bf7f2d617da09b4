import { and, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { requests } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import type { InstallationPolicy } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { loadPolicies } from '../organization/policy.ts';
import { isOperator } from '../user/is-operator.ts';
import { matterOf, mayDecide, personOfUser } from './deciders.ts';
import { partiesOf } from './find.ts';
import { roleOf } from './open-to-me.ts';

/** Whether whoever reads a message directly may decide on the request that it shows, at this moment. */
export const readerMayDecide = async (
  db: Db,
  installation: InstallationPolicy,
  organization: Organization,
  requestId: string,
  reader: { platform: string; workspaceId: string; recipient: string },
): Promise<boolean> => {
  const [request] = await db
    .select()
    .from(requests)
    .where(and(eq(requests.organizationId, organization.id), eq(requests.id, requestId)));
  const [user] = rowsOf<{ id: string; operator: boolean }>(
    await db.execute(sql`
      select u.id, ${isOperator(installation)} as operator
      from accounts a join users u on u.id = a.user_id
      where a.platform = ${reader.platform} and a.external_id = ${reader.recipient}
        and a.workspace_id in (${reader.workspaceId}, '') and a.unlinked_at is null`),
  );
  if (!request || !user) return false;
  const person = await personOfUser({ db }, user.id);
  if (partiesOf(request).some((party) => person.has(party))) return false;
  if (request.toOperators && user.operator) return true;
  const holder = await loadHolder(db, organization.id, user.id);
  const place = { db, organization };
  if (!holder) return false;
  const policies = await loadPolicies(db, organization.id);
  return mayDecide(place, holder, matterOf(request, await roleOf(place, request), policies));
};
