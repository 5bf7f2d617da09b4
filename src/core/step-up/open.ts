import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { connections, stepUps } from '../../db/schema/index.ts';
import { databaseTime } from '../clock.ts';
import type { Context } from '../context.ts';
import { readLinkToken } from '../link-token.ts';
import { findOrganization } from '../organization/find.ts';
import type { Organization } from '../organization/organization.ts';
import { type AsAsker, asAsker } from '../passkey/asker.ts';
import { needLiveLink, unknownLink } from '../passkey/link.ts';
import { confirmables } from './confirmable.ts';
import type { StepUpAction } from './spend.ts';

export type StepUp = typeof stepUps.$inferSelect & { action: StepUpAction };

export interface OpenStepUp extends AsAsker {
  stepUp: StepUp;
  organization: Organization;
  workspaceId: string;
}

const isKnown = (action: string): action is StepUpAction => Object.hasOwn(confirmables, action);

/** The link behind a token, and whoever asked for it as they stand now. Changes nothing. */
export const openStepUp = async (ctx: Context, token: string): Promise<OpenStepUp> => {
  const read = readLinkToken(token);
  const [stepUp] = read
    ? await ctx.db
        .select()
        .from(stepUps)
        .where(and(eq(stepUps.organizationId, read.id), eq(stepUps.hash, read.hash)))
    : [];
  const organization = stepUp && (await findOrganization(ctx.db, stepUp.organizationId));
  if (!stepUp || !organization) throw unknownLink();
  const { action } = stepUp;
  if (!isKnown(action)) throw new Error(`Nothing confirms ${action}`);
  needLiveLink(stepUp, await databaseTime(ctx.db), 'Start anew in chat.');
  const workspaceId = await workspaceOf(ctx.db, stepUp);
  return {
    stepUp: { ...stepUp, action },
    organization,
    workspaceId,
    ...(await asAsker(ctx, stepUp, workspaceId)),
  };
};

/** Where the person acts: an account that is of no workspace acts in one that the organization is connected to. */
const workspaceOf = async (
  db: Db,
  { organizationId, platform, workspaceId }: typeof stepUps.$inferSelect,
): Promise<string> => {
  if (workspaceId !== '') return workspaceId;
  const [connected] = await db
    .select({ id: connections.workspaceId })
    .from(connections)
    .where(and(eq(connections.organizationId, organizationId), eq(connections.platform, platform)))
    .orderBy(connections.createdAt)
    .limit(1);
  return connected?.id ?? workspaceId;
};
