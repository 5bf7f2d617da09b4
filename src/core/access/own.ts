/** The permissions that guard Rollcall's own commands. No wildcard of a catalogue covers them. */
export const OWN_PERMISSIONS = [
  'members:list',
  'members:read',
  'members:write',
  'invitations:write',
  'projects:write',
  'grants:write',
  'roles:write',
  'tokens:read',
  'tokens:write',
  'service-accounts:write',
  'registry:write',
  'requests:decide',
  'settings:write',
  'audit:read',
  'drift:read',
  'drift:write',
  'decisions:read',
] as const;

export type OwnPermission = (typeof OWN_PERMISSIONS)[number];

/** Held by administrator roles: all of the above, those of later versions included. */
export const ALL_OWN = 'rollcall:*';

const own: ReadonlySet<string> = new Set(OWN_PERMISSIONS);

/** What they are about (members, roles, tokens, …): no thing of an organization's own, whatever it is called. */
const ownTypes: ReadonlySet<string> = new Set(
  OWN_PERMISSIONS.map((permission) => permission.split(':')[0] ?? ''),
);

export const isOwnType = (resource: string): boolean => ownTypes.has(resource);

export const isOwn = (permission: string): permission is OwnPermission => own.has(permission);
