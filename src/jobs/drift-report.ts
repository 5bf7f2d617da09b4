import { z } from 'zod';
import { makeReport } from '../core/drift-report/make.ts';
import { announceFailure } from '../core/drift-report/trouble.ts';
import { findOrganization } from '../core/organization/find.ts';
import { slotStands } from '../core/schedule/slot.ts';
import { defineJob } from './job.ts';

const kind = 'drift-report' as const;

/** Makes the report of one slot of an organization's schedule; one that cannot be made says so. */
export const driftReport = defineJob({
  name: kind,
  schema: z.object({ organizationId: z.uuid(), slot: z.coerce.date() }),
  lanes: 2,
  tries: 'few',
  run: async (ctx, { organizationId, slot }) => {
    const organization = await findOrganization(ctx.db, organizationId);
    if (!organization || !(await slotStands(ctx.db, { organizationId, kind, slot }))) return;
    await makeReport(ctx, organization, { slot });
  },
  giveUp: (ctx, { organizationId, slot }) => announceFailure(ctx, { organizationId, kind, slot }),
});
