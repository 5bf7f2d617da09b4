import { z } from 'zod';
import { tidyStoredActions } from '../core/delivery/stored-actions.ts';
import { tidyDeliveries } from '../core/delivery/tidy.ts';
import { tidyDrift } from '../core/drift/tidy.ts';
import { expireGrants, expireRoles } from '../core/grant/expire.ts';
import { openGrants } from '../core/grant/open.ts';
import { warnEnds } from '../core/grant/warn.ts';
import { expireInvitations } from '../core/invitation/expire.ts';
import { expireRequests } from '../core/request/expire.ts';
import { expireReviews } from '../core/review/expire.ts';
import { defineJob } from './job.ts';

const verbs = {
  expireInvitations,
  expireRequests,
  openGrants,
  expireGrants,
  expireRoles,
  warnEnds,
  tidyDeliveries,
  tidyStoredActions,
  tidyDrift,
  expireReviews,
};

/** Tidies up what time has opened or ended already, and tells whom it concerns. One verb that fails does not hold up the rest. */
export const expire = defineJob({
  name: 'expire',
  schema: z.object({}),
  cron: '* * * * *',
  run: async (ctx) => {
    const failures: unknown[] = [];
    for (const [name, verb] of Object.entries(verbs)) {
      try {
        const count = await verb(ctx);
        if (count > 0) ctx.log.info({ verb: name, count }, 'time was up');
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'Not everything that is over could be ended.');
  },
});
