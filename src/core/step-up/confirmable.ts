import type { Standing } from '../change.ts';
import { openToMe } from '../request/open-to-me.ts';
import { drawnRequest, type ShownRequest } from '../request/show.ts';
import { approvalOf } from './need-passkey.ts';
import type { StepUpAction, Subject } from './spend.ts';

/** Something dangerous that is confirmed with a passkey before it is done. */
interface Confirmable<Shown> {
  /** What exactly would be confirmed, if the actor may do it now. @throws DomainError as doing it would */
  find(s: Standing, nameOrId: string): Promise<Subject>;
  /** What the page shows of it, for somebody who may do it. */
  show(s: Standing, subject: Subject): Promise<Shown>;
}

const approval: Confirmable<ShownRequest> = {
  find: async (s, nameOrId) => approvalOf((await openToMe(s, { request: nameOrId })).request),
  show: async (s, { id, name }) => {
    const shown = await drawnRequest(s.db, s.organization.id, id);
    if (!shown) throw new Error(`${name} vanished between two statements`);
    return shown;
  },
};

/** Everything that can be confirmed. What does it stands in `commands/confirm.ts`, how it reads in `http/passkeys`. */
export const confirmables = { 'request.approve': approval } satisfies Record<
  StepUpAction,
  Confirmable<unknown>
>;
