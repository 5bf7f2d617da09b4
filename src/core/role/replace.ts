import { eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { requests } from '../../db/schema/index.ts';
import { grantIsLive } from '../access/holder.ts';
import type { Change } from '../change.ts';
import { endRequests, endRequestsWhere } from '../request/end.ts';
import type { Role } from './find.ts';

/**
 * Moves everybody and everything from a role to another of its scope, inside a change; rights have been checked.
 * Times stay as they are. Who holds both keeps one, for as long as either would have lasted.
 */
export const replaceRole = async (c: Change, role: Role, replacement: Role): Promise<void> => {
  const here = c.organization.id;
  const [from, to] = [role.id, replacement.id];
  if (role.scope === 'organization') {
    await replaceOrganizationRole(c, role, replacement);
  } else {
    await mergeGrants(c, from, to);
    await c.db.execute(
      // What has yet to open was given as another role: it never opens as this one.
      sql`update grants set role_id = ${to}, opens_version = opens_version * 0
        where organization_id = ${here} and role_id = ${from}`,
    );
    await c.db.execute(
      sql`update projects set default_role_id = ${to} where organization_id = ${here} and default_role_id = ${from}`,
    );
  }
  // Expired invitations can be sent again, so they move along.
  const alive = sql.raw(`state in ('pending', 'expired')`);
  await c.db.execute(
    sql`update invitations set role_id = ${to} where organization_id = ${here} and role_id = ${from} and ${alive}`,
  );
  await c.db.execute(sql`
    insert into invitation_projects (organization_id, invitation_id, project_id, role_id)
    select ip.organization_id, ip.invitation_id, ip.project_id, ${to}::uuid from invitation_projects ip
    join invitations i on i.organization_id = ip.organization_id and i.id = ip.invitation_id
    where ip.organization_id = ${here} and ip.role_id = ${from} and i.${alive}
    on conflict do nothing`);
};

const replaceOrganizationRole = async (c: Change, role: Role, replacement: Role): Promise<void> => {
  const here = c.organization.id;
  // A role that was asked for and approved can't be returned any more: what is held now is another one.
  await endRequestsWhere(c, eq(requests.roleId, role.id));
  const [moved] = rowsOf<{ lasting: number | string }>(
    await c.db.execute(sql`
      with moved as (
        update principals set role_id = ${replacement.id}
        where organization_id = ${here} and role_id = ${role.id} returning kind, state, role_until)
      select count(*) filter (where kind = 'member' and state = 'active' and role_until is null) as lasting from moved`),
  );
  if (replacement.administers) c.count('admins', Number(moved?.lasting ?? 0));
  await c.db.execute(sql`
    update principals set role_after_id = ${replacement.id}
    where organization_id = ${here} and role_after_id = ${role.id}`);
};

/** Of what is held both ways, one that gives nothing now (it is over, or has yet to open) gives way to the other. */
const dropIdle = async (c: Change, from: string, to: string): Promise<void> => {
  for (const [idle, other] of [
    [from, to],
    [to, from],
  ]) {
    const dropped = rowsOf<{ request_id: string | null }>(
      await c.db.execute(sql`
        delete from grants g using grants o
        where g.organization_id = ${c.organization.id} and g.role_id = ${idle} and not (${grantIsLive})
          and o.organization_id = g.organization_id and o.principal_id = g.principal_id
          and o.project_id = g.project_id and o.role_id = ${other}
        returning g.request_id`),
    );
    await endRequests(
      c,
      dropped.flatMap((row) => row.request_id ?? []),
    );
  }
};

const mergeGrants = async (c: Change, from: string, to: string): Promise<void> => {
  await dropIdle(c, from, to);
  const both = sql`
    kept.organization_id = ${c.organization.id} and kept.role_id = ${to}
    and gone.organization_id = kept.organization_id and gone.principal_id = kept.principal_id
    and gone.project_id = kept.project_id and gone.role_id = ${from}`;
  await c.db.execute(sql`
    update grants kept set
      opens_version = case when kept.starts_at is not null and gone.starts_at is not null then kept.opens_version end,
      barred = kept.barred and kept.starts_at is not null and gone.starts_at is not null,
      warn_at = case when kept.expires_at is not null and gone.expires_at is not null
        then greatest(kept.warn_at, gone.warn_at) end,
      starts_at = case when kept.starts_at is null or gone.starts_at is null then null
        else least(kept.starts_at, gone.starts_at) end,
      expires_at = case when kept.expires_at is null or gone.expires_at is null then null
        else greatest(kept.expires_at, gone.expires_at) end
    from grants gone where ${both}`);
  const ended = rowsOf<{ request_id: string | null }>(
    await c.db.execute(
      sql`delete from grants gone using grants kept where ${both} returning gone.request_id`,
    ),
  );
  await endRequests(
    c,
    ended.flatMap((row) => row.request_id ?? []),
  );
};
