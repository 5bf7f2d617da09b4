import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../../db/schema/index.ts';

const pointedAt = (table: PgTable): PgTable[] =>
  getTableConfig(table).foreignKeys.map((foreignKey) => foreignKey.reference().foreignTable);

/** Every table that holds an organization's rows, those first that nothing else points at. */
export const tenantTables = ((): { table: PgTable; column: PgColumn }[] => {
  const found = Object.values(schema).flatMap((table) => {
    if (!is(table, PgTable) || table === schema.audit) return [];
    const column = Object.values(getTableColumns(table)).find((each) => each.name === 'organization_id');
    return column ? [{ table, column, pointsAt: pointedAt(table) }] : [];
  });
  const ordered: typeof found = [];
  while (found.length > 0) {
    const free = found.filter(({ table }) =>
      found.every((other) => other.table === table || !other.pointsAt.includes(table)),
    );
    if (free.length === 0) throw new Error('The tables of an organization point at each other in a circle');
    ordered.push(...free);
    for (const each of free) found.splice(found.indexOf(each), 1);
  }
  return ordered;
})();
