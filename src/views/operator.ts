import type { Page } from '../core/member/list.ts';
import type { ListedOrganization } from '../core/organization/list-all.ts';
import type { ListedRequest } from '../core/request/list.ts';
import type { ShownLinkCode } from '../core/user/operator-link-code.ts';
import type { Card } from './card.ts';
import { act, button, count, nextPage } from './parts.ts';
import { card } from './plain.ts';

export const organizationsCard = (page: Page<ListedOrganization> & { total: number }): Card =>
  card({
    title: count(page.total, 'organization'),
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((one) => ({
          text: `${one.name} (${one.slug}): ${one.model}, ${count(one.members, 'active member')}${one.isDefault ? ', the default one' : ''}`,
          buttons: one.isDefault
            ? []
            : [
                button('Make default', act('org operator default', { org: one.slug }), {
                  says: `Make ${one.name} the default organization`.slice(0, 75),
                }),
              ],
        })),
      },
      ...nextPage(act('org operator orgs'), page.next),
    ],
  });

export const operatorRequestsCard = (requests: readonly (ListedRequest & { organization: string })[]): Card =>
  card({
    title: requests.length > 0 ? 'Requests for operators' : 'Nobody waits for an operator',
    blocks: [
      {
        kind: 'rows',
        rows: requests.map((request) => ({
          text: `${request.organization} · ${request.name}: ${request.requester} asks for ${request.role}${request.project ? ` in ${request.project}` : ''}`,
          detail: ['open until ', { time: request.expiresAt, style: 'time' }],
          buttons: [
            button(
              'Review',
              act('access request show', { request: request.name, org: request.organization }),
              {
                says: `Review ${request.name} of ${request.organization}`.slice(0, 75),
              },
            ),
          ],
        })),
      },
    ],
  });

/** A change that an operator made, in one sentence. */
export const operatorDoneCard = (title: string, sentence: string): Card =>
  card({ title, tone: 'good', blocks: [{ kind: 'text', text: sentence }] });

export const linkCodeCard = (shown: ShownLinkCode): Card =>
  card({
    title: `The code for ${shown.email}`,
    blocks: [
      { kind: 'code', text: shown.code },
      {
        kind: 'text',
        text: `It links ${shown.account.platform} account ${shown.account.externalId} and works for ${count(shown.minutes, 'minute')}. Pass it on only if you know that this account is theirs.`,
      },
    ],
    text: `A link code for ${shown.email} is shown in the message.`,
  });
