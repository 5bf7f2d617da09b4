import type { Db } from '../../db/client.ts';
import type { OwnPermission } from '../access/own.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { accessTable } from './access.ts';
import { auditTable } from './audit.ts';
import { csvOf } from './csv.ts';
import { driftTable } from './drift.ts';
import { invitationsTable } from './invitations.ts';
import { jsonOf } from './json.ts';
import { kubernetesOf, speaksKubernetes } from './kubernetes.ts';
import { membersTable } from './members.ts';
import { reviewsTable } from './reviews.ts';
import { batchesOf, type Table } from './table.ts';
import { tokensTable } from './tokens.ts';

const tables = {
  members: membersTable,
  access: accessTable,
  invitations: invitationsTable,
  tokens: tokensTable,
  audit: auditTable,
  drift: driftTable,
  reviews: reviewsTable,
} satisfies Record<string, Table>;

const writers = {
  csv: { write: csvOf, mime: 'text/csv' },
  json: { write: jsonOf, mime: 'application/json' },
} as const;

export type ExportFormat = keyof typeof writers;
export type Exported = keyof typeof tables | 'kubernetes';

export const exported = [...(Object.keys(tables) as (keyof typeof tables)[]), 'kubernetes'] as const;
export const exportFormats = Object.keys(writers) as ExportFormat[];

export interface MadeExport {
  what: Exported;
  format: ExportFormat | 'yaml';
  name: string;
  mime: string;
  /** Reads the database batch by batch while it is read; each call begins anew. */
  content: () => AsyncIterable<string>;
}

type Plan = Pick<MadeExport, 'format' | 'mime'> & {
  permission: OwnPermission;
  does: string;
  read: (db: Db, organization: Organization) => AsyncIterable<string>;
};

const planOf = (what: Exported, format: ExportFormat | undefined): Plan => {
  if (what === 'kubernetes') {
    return {
      permission: 'members:read',
      does: 'export access for Kubernetes',
      format: 'yaml',
      mime: 'application/yaml',
      read: kubernetesOf,
    };
  }
  const table = tables[what];
  const { write, mime } = writers[format ?? 'csv'];
  return {
    permission: table.permission,
    does: table.name,
    format: format ?? 'csv',
    mime,
    read: (db, { id }) => write(table.columns, batchesOf(table, db, id)),
  };
};

/**
 * Lets one file out of an organization, and remembers that it was. What is in it is read when the file is written.
 * @throws DomainError `invalid` where the access model has nothing to tell Kubernetes
 */
export const makeExport = async (
  ctx: Context,
  input: { organizationId: string; what: Exported; format?: ExportFormat },
): Promise<MadeExport> =>
  change(ctx, input.organizationId, async (c) => {
    const { organization, now } = c;
    const { what } = input;
    const { permission, does, format, mime, read } = planOf(what, input.format);
    need(c, permission, does);
    if (what === 'kubernetes') needKubernetes(organization, input.format);
    c.audit({ action: 'export.made', target: what, facts: { format } });
    const day = now.toISOString().slice(0, 10);
    return {
      what,
      format,
      mime,
      name: `${organization.slug}-${what}-${day}.${format}`,
      content: () => read(ctx.db, organization),
    };
  });

const needKubernetes = ({ name, model }: Organization, format: ExportFormat | undefined): void => {
  if (!speaksKubernetes(model)) {
    throw new DomainError(
      'invalid',
      `Nothing was exported: the permissions of ${name} mean nothing to Kubernetes, because its ${model.words.projects} are no Kubernetes namespaces.`,
      { todo: 'Export `what:access` instead.', field: 'what' },
    );
  }
  if (format) {
    throw new DomainError('invalid', 'Nothing was exported: Kubernetes takes YAML.', {
      todo: 'Leave `format:` out.',
      field: 'format',
    });
  }
};
