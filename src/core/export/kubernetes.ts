import { sql } from 'drizzle-orm';
import type { PolicyRule, Role, RoleBinding } from 'kubernetes-types/rbac/v1.js';
import { stringify } from 'yaml';
import { type Db, rowsOf } from '../../db/client.ts';
import { currentRoleId, grantIsLive } from '../access/holder.ts';
import type { AccessModel, KubernetesRule } from '../access/model.ts';
import { patternsFor } from '../access/patterns.ts';
import type { Organization } from '../organization/organization.ts';
import { listRolesOf } from '../role/find.ts';
import { sha256 } from '../secret.ts';

/** The model's permissions that mean something to Kubernetes. */
const ruled = (model: AccessModel) =>
  model.catalogue === 'open' ? [] : model.catalogue.filter((entry) => entry.kubernetes !== undefined);

export const speaksKubernetes = (model: AccessModel): boolean => ruled(model).length > 0;

interface HeldHere extends Record<string, unknown> {
  namespace: string;
  roleId: string;
  emails: string[];
}

/** A role that means something to Kubernetes. */
interface RuledRole {
  name: string;
  rules: PolicyRule[];
}

const NAMESPACES_AT_ONCE = 50;

/** Active members by the role that they hold in each namespace at this moment, whichever way they came to it. */
const heldIn = async (
  db: Db,
  organizationId: string,
  namespaces: readonly string[],
  roleIds: readonly string[],
): Promise<HeldHere[]> =>
  rowsOf<HeldHere>(
    await db.execute(sql`
      with ruled as (
        select id, scope, name from roles
        where organization_id = ${organizationId} and id = any(${sql.param([...roleIds])}::uuid[])
      ), here as (
        select id, name, default_role_id from projects
        where organization_id = ${organizationId} and name = any(${sql.param([...namespaces])}::text[])
      ), people as (
        select p.id, m.email, ${currentRoleId} as role_id
        from principals p join members m on m.organization_id = p.organization_id and m.user_id = p.id
        where p.organization_id = ${organizationId} and p.state = 'active'
      ), held as (
        select here.name, ruled.id as role_id, people.email
        from people join ruled on ruled.id = people.role_id cross join here
        union
        select here.name, ruled.id, people.email
        from grants g join ruled on ruled.id = g.role_id join here on here.id = g.project_id
        join people on people.id = g.principal_id
        where g.organization_id = ${organizationId} and ${grantIsLive}
        union
        select here.name, ruled.id, people.email
        from here join ruled on ruled.id = here.default_role_id cross join people
      )
      select held.name as namespace, held.role_id as "roleId", json_agg(held.email order by held.email) as emails
      from held join ruled on ruled.id = held.role_id
      group by held.name, held.role_id, ruled.scope, ruled.name
      order by held.name, ruled.scope, ruled.name`),
  );

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

const place = (verb: string): number => (VERBS.includes(verb) ? VERBS.indexOf(verb) : VERBS.length);

/** One rule for each resource, its verbs together: the same access always reads the same. */
const merged = (rules: readonly KubernetesRule[]): PolicyRule[] => {
  const verbs = new Map<string, { group: string; resource: string; verbs: Set<string> }>();
  for (const { apiGroups, resources, verbs: allowed } of rules) {
    for (const group of apiGroups) {
      for (const resource of resources) {
        const key = `${group}/${resource}`;
        const entry = verbs.get(key) ?? { group, resource, verbs: new Set() };
        for (const verb of allowed) entry.verbs.add(verb);
        verbs.set(key, entry);
      }
    }
  }
  return [...verbs.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => ({
      apiGroups: [entry.group],
      resources: [entry.resource],
      verbs: [...entry.verbs].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1)),
    }));
};

/** What a role allows in a namespace: the rules of every permission that it answers, implied ones too. */
export const rulesOf = (model: AccessModel, permissions: readonly string[]): PolicyRule[] =>
  merged(
    ruled(model)
      .filter(({ name }) => patternsFor(model, name).some((pattern) => permissions.includes(pattern)))
      .flatMap(({ kubernetes }) => kubernetes ?? []),
  );

const LONGEST_NAME = 63;

/** The same name for the same role for ever, an RFC 1123 label; a hash tells apart what spelling would make equal. */
export const objectName = (scope: string, role: string): string => {
  const name = `rollcall-${scope}-${role}`;
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= LONGEST_NAME) return name;
  const mark = sha256(role).slice(0, 10);
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME - mark.length - 1);
  return `${readable.replace(/-+$/, '')}-${mark}`;
};

/** Kubernetes reads YAML 1.1, where a namespace called `no` is a boolean unless it is quoted. */
const AS_KUBERNETES_READS = { version: '1.1', aliasDuplicateObjects: false } as const;

const API = 'rbac.authorization.k8s.io';

const manifestsOf = (
  slug: string,
  { name, rules }: RuledRole,
  { namespace, emails }: HeldHere,
): [Role, RoleBinding] => {
  const metadata = {
    name,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': 'rollcall', 'app.kubernetes.io/part-of': slug },
  };
  return [
    { apiVersion: `${API}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${API}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: API, kind: 'Role', name },
      subjects: emails.map((email) => ({ apiGroup: API, kind: 'User', name: email })),
    },
  ];
};

const ruledRoles = async (db: Db, { id, model }: Organization): Promise<Map<string, RuledRole>> => {
  const found = (await listRolesOf(db, id)).map((role): [string, RuledRole] => [
    role.id,
    { name: objectName(role.scope, role.name), rules: rulesOf(model, role.permissions) },
  ]);
  return new Map(found.filter(([, { rules }]) => rules.length > 0));
};

const namespacesAfter = async (db: Db, organizationId: string, after: string): Promise<string[]> =>
  rowsOf<{ name: string }>(
    await db.execute(sql`
      select name from projects where organization_id = ${organizationId} and name > ${after}
      order by name limit ${NAMESPACES_AT_ONCE}`),
  ).map(({ name }) => name);

/**
 * What the members of an organization may do in its namespaces at this moment, as Kubernetes says it, namespace by
 * namespace and role by role. Access with an end is in it while it lasts; Kubernetes does not know of ends.
 */
export async function* kubernetesOf(db: Db, organization: Organization): AsyncGenerator<string> {
  yield `# Access to the namespaces of ${organization.slug}.\n`;
  const roles = await ruledRoles(db, organization);
  let after = '';
  for (;;) {
    const namespaces = await namespacesAfter(db, organization.id, after);
    for (const held of await heldIn(db, organization.id, namespaces, [...roles.keys()])) {
      const role = roles.get(held.roleId);
      for (const manifest of role ? manifestsOf(organization.slug, role, held) : []) {
        yield `---\n${stringify(manifest, AS_KUBERNETES_READS)}`;
      }
    }
    const last = namespaces.at(-1);
    if (last === undefined || namespaces.length < NAMESPACES_AT_ONCE) return;
    after = last;
  }
}
