/** One permission of a closed catalogue. */
export interface CatalogueEntry {
  name: string;
  /** Given by operators alone, and covered by no wildcard. */
  operatorOnly?: boolean;
  /** Other permissions that carry this one with them (`w:full` carries every `w:`). */
  impliedBy?: readonly string[];
}

export interface BuiltInRole {
  name: string;
  scope: 'organization' | 'project';
  description: string;
  permissions: readonly string[];
  /** The role that rule 6 protects, and whose holders may give everything that is not operator-only. */
  administers?: boolean;
}

export interface Policies {
  /** Who makes somebody an administrator. */
  administratorsNamedBy: 'administrators' | 'operators';
  creatorRole: string;
  projectCreatorRoles: readonly string[];
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
  roles: readonly BuiltInRole[];
  policies: Policies;
}
