import type { AccessModel, CatalogueEntry } from '../model.ts';
import { ALL_OWN } from '../own.ts';

/** The rows and columns of the seed's two tables. */
const RESOURCES = [
  'dev-urls',
  'environments',
  'images',
  'image-tags',
  'metrics',
  'org-members',
  'orgs',
  'registries',
  'services',
  'system-banners',
  'users',
] as const;
const VERBS = ['create', 'read', 'list', 'delete', 'update'] as const;

const catalogue = RESOURCES.flatMap((resource) =>
  VERBS.map((verb): CatalogueEntry => ({ name: `${resource}:${verb}` })),
);

const managed = (resource: string): string[] =>
  ['create', 'read', 'delete', 'update'].map((verb) => `${resource}:${verb}`);

export const coder: AccessModel = {
  name: 'coder',
  title: 'Managers and members, with owned resources',
  words: { project: 'project', projects: 'projects' },
  catalogue,
  roles: [
    {
      name: 'organization-manager',
      scope: 'organization',
      description: 'Manages images, services, members and their environments',
      permissions: [
        'dev-urls:read',
        ...managed('environments'),
        ...managed('images'),
        ...managed('image-tags'),
        'metrics:read',
        ...managed('org-members'),
        'org-members:list',
        'orgs:read',
        'orgs:list',
        ...managed('registries'),
        ...managed('services'),
        'system-banners:read',
        'users:read',
        ALL_OWN,
      ],
      administers: true,
    },
    {
      name: 'organization-member',
      scope: 'organization',
      description: 'Uses images and services, and has environments of their own',
      permissions: [
        'dev-urls:read',
        'environments:create',
        'environments:read',
        'environments:delete:own',
        'environments:update:own',
        'images:create',
        'images:read',
        'image-tags:create',
        'image-tags:read',
        'metrics:read:own',
        'org-members:list',
        'orgs:list',
        'registries:read',
        'services:read',
        'system-banners:read',
        'users:read:own',
        'members:list',
      ],
    },
  ],
  policies: {
    creatorRole: 'organization-manager',
    projectCreatorRoles: [],
    administratorProjectRoles: [],
    invitation: {
      defaultRole: 'organization-member',
      namesRole: false,
      inheritsGrants: false,
      ssoChoice: false,
    },
    projectDefaultRole: false,
    customRoles: ['organization', 'project'],
    tokens: ['personal'],
    projectsAreNamespaces: false,
    removal: 'immediate',
    limits: [],
  },
};
