import { exported, exportFormats, makeExport } from '../core/export/make.ts';
import { exportCard } from '../views/export.ts';
import { choice, optional } from './argument.ts';
import { inOrganization } from './command.ts';

const LABELS: Readonly<Record<(typeof exported)[number], string>> = {
  members: 'Members',
  access: 'Access',
  invitations: 'Invitations',
  tokens: 'Tokens',
  audit: 'Audit',
  drift: 'Drift',
  reviews: 'Access reviews',
  kubernetes: 'Kubernetes roles and bindings',
};

export const exportCommands = [
  inOrganization({
    root: 'org',
    name: 'export',
    summary: 'Export a file',
    details:
      'Sends you alone a file: `members`, `access`, `invitations`, `tokens`, `audit`, `drift` or `reviews` as CSV or JSON, or `kubernetes` as YAML that `kubectl apply` takes.',
    example: '/org export what:members format:csv',
    may: 'Whoever may read it: members:read for members, access and kubernetes, invitations:write, tokens:read, audit:read, drift:read.',
    permission: 'members:read',
    args: {
      what: choice('What', exported, (what) => LABELS[what]),
      format: optional(choice('Format', exportFormats, (format) => format.toUpperCase())),
    },
    run: async (ctx, { what, format }) =>
      exportCard(await makeExport(ctx, { organizationId: ctx.organization.id, what, format })),
  }),
];
