import { look } from '../core/change.ts';
import type { Context } from '../core/context.ts';
import { confirmables } from '../core/step-up/confirmable.ts';
import { openStepUp } from '../core/step-up/open.ts';
import type { Proof, StepUpAction } from '../core/step-up/spend.ts';
import { approve } from './approve.ts';
import type { InOrganization } from './command.ts';
import type { Dependencies } from './context-of.ts';
import { personOf } from './person-of.ts';

interface Step {
  subject: string;
  note: string;
  proof: Proof;
}

/** What each thing that is confirmed with a passkey does then. */
const done = {
  'request.approve': (ctx: InOrganization, { subject, note, proof }: Step) =>
    approve(ctx, { request: subject, reason: note, proof }),
} satisfies Record<StepUpAction, (ctx: InOrganization, step: Step) => Promise<unknown>>;

/** Does what a link was made for, as whoever asked for it in chat, with the device's answer as proof. */
export const confirmStepUp = async (
  ctx: Context,
  deps: Pick<Dependencies, 'health'>,
  input: { token: string; seen: string; response: unknown },
) => {
  const { stepUp, organization, workspaceId, as, account, caller } = await openStepUp(ctx, input.token);
  const profile: InOrganization['profile'] = async () => ({ name: '' });
  const inOne: InOrganization = {
    ...as,
    organization,
    caller,
    workspace: { id: workspaceId, name: '' },
    channel: undefined,
    submitted: false,
    profile,
    personOf: (typed) => personOf(ctx.installation, { account, profile }, typed),
    health: deps.health,
  };
  const { action, subjectId, note } = stepUp;
  const { name } = await look(as, organization, (s) => confirmables[action].find(s, subjectId));
  const proof = { stepUpId: stepUp.id, seen: input.seen, response: input.response };
  return { action, done: await done[action](inOne, { subject: name, note, proof }) };
};
