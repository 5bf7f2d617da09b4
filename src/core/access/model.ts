/** A rule of a Kubernetes Role, as https://kubernetes.io/docs/reference/access-authn-authz/rbac/ has it. */
export interface KubernetesRule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
}

/** One permission of a closed catalogue. */
export interface CatalogueEntry {
  name: string;
  /** Given by operators alone, and covered by no wildcard. */
  operatorOnly?: boolean;
  /** Other permissions that carry this one with them (`w:full` carries every `w:`). */
  impliedBy?: readonly string[];
  /** What it allows in the project's namespace, where projects are Kubernetes namespaces. */
  kubernetes?: readonly KubernetesRule[];
}

export interface BuiltInRole {
  name: string;
  scope: 'organization' | 'project';
  description: string;
  permissions: readonly string[];
  /** The role that rule 6 protects, and whose holders may give everything that is not operator-only. */
  administers?: boolean;
  /** Operators alone give and take this role; an administrator's attempt becomes a request to them. */
  namedByOperators?: boolean;
  /** So wide that an invitation naming it draws the advice to give project roles instead. */
  broad?: boolean;
}

export interface Policies {
  creatorRole: string;
  projectCreatorRoles: readonly string[];
  /** What whoever operators make an administrator is granted in every project. */
  administratorProjectRoles: readonly string[];
  invitation: {
    /** The organization role of an invitation that names none; null: no organization role. */
    defaultRole: string | null;
    /** Whether an invitation may name the organization role, or always gives the default one. */
    namesRole: boolean;
    /** Project access taken over from the inviter where the invitation names none. */
    inheritsGrants: boolean;
    ssoChoice: boolean;
  };
  projectDefaultRole: boolean;
  customRoles: readonly ('organization' | 'project')[];
  tokens: readonly ('organization' | 'personal' | 'service-account')[];
  /** Projects are Kubernetes namespaces: their names are taken once in the installation, reserved ones refused. */
  projectsAreNamespaces: boolean;
  /** Removal ends the membership at once, or is a run of steps that an operator finishes. */
  removal: 'immediate' | 'offboard';
  limits: readonly ('members-limit' | 'service-accounts-limit' | 'projects-limit')[];
}

/** One seed system's rules as data. Nothing asks for a model's name: behaviour follows from these fields. */
export interface AccessModel {
  name: string;
  title: string;
  words: { project: string; projects: string };
  /** `open`: any well-formed `resource:action`; otherwise the listed names alone. */
  catalogue: 'open' | readonly CatalogueEntry[];
  /** The catalogue's word for every type of resource that it does not list itself. */
  anyResource?: string;
  /** The catalogue's names are not a resource and an action: decisions ask for them whole, and answer with them whole. */
  opaque?: boolean;
  roles: readonly BuiltInRole[];
  policies: Policies;
}
