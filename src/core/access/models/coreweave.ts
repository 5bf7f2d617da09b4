import type { AccessModel, CatalogueEntry } from '../model.ts';
import { ALL_OWN } from '../own.ts';
import { coreweaveKubernetes } from './coreweave-kubernetes.ts';

const RESOURCES = ['pods', 'services', 'secrets', 'storage', 'virtual-servers'] as const;

const named = (name: string): CatalogueEntry => ({ name, kubernetes: coreweaveKubernetes[name] });

const reading = RESOURCES.map((resource): CatalogueEntry => named(`r:${resource}`));

const writing = RESOURCES.map(
  (resource): CatalogueEntry => ({
    ...named(`w:${resource}`),
    impliedBy: ['w:full'],
    ...(resource === 'pods' ? { operatorOnly: true } : {}),
  }),
);

export const coreweave: AccessModel = {
  name: 'coreweave',
  title: 'Kubernetes namespaces, administrators named by operators',
  words: { project: 'namespace', projects: 'namespaces' },
  catalogue: [...reading, ...writing, { name: 'w:full', operatorOnly: true }],
  opaque: true,
  roles: [
    {
      name: 'admin',
      scope: 'organization',
      description: 'Manages people, their namespaces and the tokens',
      permissions: [ALL_OWN],
      administers: true,
      namedByOperators: true,
    },
    {
      name: 'admin-read',
      scope: 'organization',
      description: 'Sees people, their access and the tokens, and changes nothing',
      // Whoever may read everybody's access may be asked about it: a program here needs a token with this role to ask.
      permissions: [
        'members:list',
        'members:read',
        'tokens:read',
        'audit:read',
        'drift:read',
        'decisions:read',
      ],
      namedByOperators: true,
    },
    { name: 'member', scope: 'organization', description: 'Belongs to the organization', permissions: [] },
    {
      name: 'namespace-user',
      scope: 'project',
      description: 'Reads everything and writes everything but pods in the namespace',
      permissions: [
        ...reading.map((entry) => entry.name),
        ...writing.filter((entry) => !entry.operatorOnly).map((entry) => entry.name),
      ],
    },
    {
      name: 'pod-writer',
      scope: 'project',
      description: 'Writes pods in the namespace; given by operators alone',
      permissions: ['w:pods'],
    },
    {
      name: 'namespace-owner',
      scope: 'project',
      description: 'Full write access to the namespace; given by operators alone',
      permissions: ['w:full'],
    },
  ],
  policies: {
    creatorRole: 'admin',
    projectCreatorRoles: ['namespace-user', 'namespace-owner'],
    administratorProjectRoles: ['namespace-user', 'namespace-owner'],
    invitation: { defaultRole: 'member', namesRole: false, inheritsGrants: true, ssoChoice: false },
    projectDefaultRole: false,
    customRoles: [],
    tokens: ['organization'],
    projectsAreNamespaces: true,
    removal: 'offboard',
    limits: [],
  },
};
