import type { AccessModel } from '../model.ts';
import { ALL_OWN } from '../own.ts';

export const crusoe: AccessModel = {
  name: 'crusoe',
  title: 'Organization and project roles, the highest applies',
  words: { project: 'project', projects: 'projects' },
  catalogue: [
    { name: 'resources:create' },
    { name: 'resources:read' },
    { name: 'resources:update' },
    { name: 'resources:delete' },
    { name: 'billing:read' },
    { name: 'billing:update' },
  ],
  anyResource: 'resources',
  roles: [
    {
      name: 'org-admin',
      scope: 'organization',
      description: 'Full administrative access across all projects, with users and billing',
      permissions: ['resources:*', 'billing:*', ALL_OWN],
      administers: true,
      broad: true,
    },
    {
      name: 'org-editor',
      scope: 'organization',
      description: 'Creates, reads, updates and deletes resources across all projects',
      permissions: ['resources:*'],
      broad: true,
    },
    {
      name: 'org-reader',
      scope: 'organization',
      description: 'Reads resources across all projects',
      permissions: ['resources:read'],
      broad: true,
    },
    {
      name: 'project-editor',
      scope: 'project',
      description: 'Creates, reads, updates and deletes resources in the project',
      permissions: ['resources:*'],
    },
    {
      name: 'project-reader',
      scope: 'project',
      description: 'Reads resources in the project',
      permissions: ['resources:read'],
    },
  ],
  policies: {
    creatorRole: 'org-admin',
    projectCreatorRoles: [],
    administratorProjectRoles: [],
    invitation: { defaultRole: null, namesRole: true, inheritsGrants: false, ssoChoice: true },
    projectDefaultRole: false,
    customRoles: [],
    tokens: ['personal'],
    projectsAreNamespaces: false,
    removal: 'immediate',
    limits: [],
  },
};
