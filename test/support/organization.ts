import { and, desc, eq, sql } from 'drizzle-orm';
import type { Holder } from '../../src/core/access/evaluate.ts';
import { loadHolder } from '../../src/core/access/holder.ts';
import { newId } from '../../src/core/id.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { invitationToken } from '../../src/core/invitation/secret.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import type { Organization } from '../../src/core/organization/organization.ts';
import { createProject } from '../../src/core/project/create.ts';
import { rowsOf } from '../../src/db/client.ts';
import { audit, invitations, roles, users } from '../../src/db/schema/index.ts';
import type { Person, World } from './world.ts';

export interface Minted {
  world: World;
  id: string;
  slug: string;
  organization: Organization;
  admin: Person;
  /** A member who was invited, accepted and has linked their account. */
  member(name: string, access?: Access): Promise<Person>;
  project(name: string): Promise<{ id: string; name: string }>;
  /** The secret in the newest link that was mailed to the address. */
  token(email: string): Promise<string>;
  holder(person: Person): Promise<Holder>;
  userId(email: string): Promise<string>;
  /** Actions with their targets, oldest first, after a sequence. */
  audited(after?: number): Promise<{ sequence: number; action: string; target: string | null }[]>;
  sequence(): Promise<number>;
}

export interface Access {
  role?: string | null;
  projects?: readonly { project: string; role: string }[];
}

let minted = 0;

/** A fresh organization that an administrator has really created; each suite works in its own. */
export const mintOrganization = async (world: World, name = 'Acme', model?: string): Promise<Minted> => {
  minted += 1;
  const admin = await world.person('Ines');
  const organization = await createOrganization(await world.as(admin), {
    name,
    slug: `${name}-${process.pid}-${minted}`,
    model,
    workspace: world.workspace,
  });
  const { id } = organization;
  const here: Minted = {
    world,
    id,
    slug: organization.slug,
    organization,
    admin,
    member: async (called, access = {}) => {
      const person = world.stranger(called);
      await invite(here, person.email, access);
      await acceptInvitation(world.system, { token: await here.token(person.email) });
      await world.link(person);
      return person;
    },
    project: async (called) => createProject(await world.as(admin), { organizationId: id, name: called }),
    token: async (email) => {
      const [row] = await world.db
        .select()
        .from(invitations)
        .where(and(eq(invitations.organizationId, id), eq(invitations.email, email)))
        .orderBy(desc(invitations.createdAt))
        .limit(1);
      if (!row) throw new Error(`No invitation for ${email}`);
      return invitationToken(world.installation.secretKey, row);
    },
    userId: async (email) => {
      const [row] = await world.db.select({ id: users.id }).from(users).where(eq(users.email, email));
      if (!row) throw new Error(`No user ${email}`);
      return row.id;
    },
    holder: async (person) => {
      const holder = await loadHolder(world.db, id, await here.userId(person.email));
      if (!holder) throw new Error(`${person.email} was never a member`);
      return holder;
    },
    audited: async (after = 0) =>
      world.db
        .select({ sequence: audit.sequence, action: audit.action, target: audit.target })
        .from(audit)
        .where(and(eq(audit.organizationId, id), sql`${audit.sequence} > ${after}`))
        .orderBy(audit.sequence),
    sequence: async () => {
      const [row] = rowsOf<{ sequence: number }>(
        await world.db.execute(sql`select sequence from ledgers where organization_id = ${id}`),
      );
      return Number(row?.sequence);
    },
  };
  return here;
};

/** Invites an address as the administrator and insists that it was sent. */
export const invite = async (here: Minted, email: string, access: Access = {}): Promise<void> => {
  const { results } = await sendInvitations(await here.world.as(here.admin), {
    organizationId: here.id,
    emails: [email],
    ...access,
  });
  const refused = results.filter((result) => result.outcome !== 'sent');
  if (refused.length > 0) throw new Error(`Not invited: ${JSON.stringify(refused)}`);
};

/** A custom role as it stands in the database; people make them with commands that build on these rows. */
export const customRole = async (
  here: Minted,
  role: { scope: 'organization' | 'project'; name: string; permissions: string[] },
): Promise<string> => {
  const id = newId();
  await here.world.db.insert(roles).values({ organizationId: here.id, id, ...role });
  return id;
};
