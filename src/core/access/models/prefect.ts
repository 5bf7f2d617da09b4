import type { AccessModel } from '../model.ts';
import { ALL_OWN } from '../own.ts';

export const prefect: AccessModel = {
  name: 'prefect',
  title: 'Workspaces with roles',
  words: { project: 'workspace', projects: 'workspaces' },
  catalogue: 'open',
  roles: [
    {
      name: 'admin',
      scope: 'organization',
      description: 'Runs the organization, with full access to every workspace',
      permissions: ['*:*', ALL_OWN],
      administers: true,
    },
    {
      name: 'member',
      scope: 'organization',
      description: 'Sees who is in the organization',
      permissions: ['members:list', 'members:read'],
    },
    {
      name: 'owner',
      scope: 'project',
      description: 'Everything in the workspace, and who may enter it',
      permissions: ['*:*', 'grants:write', 'requests:decide'],
    },
    {
      name: 'developer',
      scope: 'project',
      description: 'Creates, edits, deletes and runs things in the workspace',
      permissions: ['*:create', '*:read', '*:update', '*:delete', '*:run'],
    },
    {
      name: 'runner',
      scope: 'project',
      description: 'Reads and runs things in the workspace',
      permissions: ['*:read', '*:run'],
    },
    {
      name: 'read-only',
      scope: 'project',
      description: 'Reads things in the workspace',
      permissions: ['*:read'],
    },
  ],
  policies: {
    creatorRole: 'admin',
    projectCreatorRoles: ['owner'],
    administratorProjectRoles: [],
    invitation: { defaultRole: 'member', namesRole: true, inheritsGrants: false, ssoChoice: false },
    projectDefaultRole: true,
    customRoles: ['organization', 'project'],
    tokens: ['service-account', 'personal'],
    projectsAreNamespaces: false,
    removal: 'immediate',
    limits: ['members-limit', 'service-accounts-limit', 'projects-limit'],
  },
};
