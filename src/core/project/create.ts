import { and, eq, inArray } from 'drizzle-orm';
import { grants, projects, roles, takenNamespaces } from '../../db/schema/index.ts';
import type { AccessModel } from '../access/model.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { warnAt } from '../grant/warn-at.ts';
import { newId } from '../id.ts';
import { comingAlong } from '../member/set-role.ts';
import { loadSettings } from '../organization/settings.ts';
import { label } from '../organization/slug.ts';

/** What commands take instead of a project's name. */
const STANDS_FOR_SOMETHING: ReadonlySet<string> = new Set(['all', 'none']);

/** Makes a project; the creator is granted what the model gives creators. */
export const createProject = async (
  ctx: Context,
  input: { organizationId: string; name: string },
): Promise<{ id: string; name: string; roles: string[] }> =>
  change(ctx, input.organizationId, async (c) => {
    const { words, policies } = c.organization.model;
    const me = need(c, 'projects:write', `create ${words.projects}`);
    const name = label(input.name.trim(), 'project');
    if (STANDS_FOR_SOMETHING.has(name)) {
      throw new DomainError(
        'taken',
        `No ${words.project} was created: \`${name}\` means something in commands.`,
        {
          todo: 'Choose another name.',
          field: 'project',
        },
      );
    }
    const limit = (await loadSettings(c.db, c.organization.id))['projects-limit'];
    if (limit !== null && c.counters.projects >= limit) {
      throw new DomainError('limit', `No ${words.project} was created: \`projects-limit\` is ${limit}.`, {
        todo: 'Ask an operator for more.',
        facts: { key: 'projects-limit' },
      });
    }
    if (policies.projectsAreNamespaces) await takeNamespace(c, name);
    const id = newId();
    const made = await c.db
      .insert(projects)
      .values({ organizationId: c.organization.id, id, name })
      .onConflictDoNothing({ target: [projects.organizationId, projects.name] })
      .returning({ id: projects.id });
    if (made.length === 0) {
      throw new DomainError('taken', `No ${words.project} was created: \`${name}\` is not available.`, {
        todo: 'Choose another name.',
        field: 'project',
      });
    }
    c.count('projects', 1);
    c.audit({ action: 'project.created', target: name });
    const given = await c.db
      .select({ id: roles.id, name: roles.name })
      .from(roles)
      .where(
        and(
          eq(roles.organizationId, c.organization.id),
          eq(roles.scope, 'project'),
          inArray(roles.name, [...policies.projectCreatorRoles, '']),
        ),
      );
    const administersUntil = me.roles.find((held) => held.administers)?.until ?? null;
    const ending = comingAlong(c.organization.model);
    for (const role of given) {
      const expiresAt = ending.includes(role.name) ? administersUntil : null;
      await c.db.insert(grants).values({
        organizationId: c.organization.id,
        principalId: me.id,
        projectId: id,
        roleId: role.id,
        expiresAt,
        warnAt: warnAt(c.now, expiresAt),
        grantedBy: me.id,
        reason: cameWith(c.organization.model),
      });
      c.audit({
        action: 'grant.added',
        target: me.email,
        facts: { project: name, role: role.name, until: expiresAt?.toISOString() ?? null },
      });
    }
    return { id, name, roles: given.map((role) => role.name) };
  });

/** The reason of what whoever creates a project is granted there by itself. */
export const cameWith = ({ words }: Pick<AccessModel, 'words'>): string => `created the ${words.project}`;

/**
 * Where projects are Kubernetes namespaces a name is taken once in the whole installation; one that belongs to another
 * organization is "not available", like a reserved one, so that nobody learns what others have.
 */
const takeNamespace = async (c: Change, name: string): Promise<void> => {
  const reserved = name === 'default' || name.startsWith('kube-');
  const taken = reserved
    ? []
    : await c.db
        .insert(takenNamespaces)
        .values({ name, organizationId: c.organization.id })
        .onConflictDoNothing()
        .returning({ name: takenNamespaces.name });
  if (taken.length > 0) return;
  throw new DomainError(
    'taken',
    `No ${c.organization.model.words.project} was created: \`${name}\` is not available.`,
    {
      todo: 'Choose another name.',
      field: 'project',
    },
  );
};
