import type { Page } from '../core/member/list.ts';
import type { Registered } from '../core/resource/add.ts';
import type { Action, Card } from './card.ts';
import { act, button, nextPage } from './parts.ts';
import { card } from './plain.ts';

interface Words {
  project: string;
}

const placed = (thing: Registered, words: Words): string =>
  [
    thing.owner ? `owner: ${thing.owner}` : 'no owner',
    thing.project ? `${words.project}: ${thing.project}` : '',
    thing.namespace ? `Kubernetes namespace: ${thing.namespace}` : '',
  ]
    .filter(Boolean)
    .join(' · ');

export const resourceListCard = (page: Page<Registered>, again: Action, words: Words): Card =>
  card({
    title: page.items.length === 0 ? 'Nothing is registered here' : 'Registered resources',
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((thing) => ({
          text: `${thing.type} ${thing.name}`,
          detail: placed(thing, words),
          buttons: [
            button('Remove', act('org resource remove', { type: thing.type, name: thing.name }), {
              says: `Remove ${thing.type} ${thing.name}`.slice(0, 75),
            }),
          ],
        })),
      },
      ...nextPage(again, page.next),
      {
        kind: 'buttons',
        buttons: [button('Register resource', act('org resource add'), { style: 'primary' })],
      },
    ],
  });

export const resourceAddedCard = (thing: Registered, words: Words): Card =>
  card({
    title: `${thing.type} ${thing.name} is registered`,
    tone: 'good',
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Owner', thing.owner ?? 'nobody'],
          [words.project.charAt(0).toUpperCase() + words.project.slice(1), thing.project ?? 'none'],
          ...(thing.namespace ? [['Kubernetes namespace', { code: thing.namespace }] as const] : []),
          ['Id', { code: thing.id }],
        ],
      },
      { kind: 'small', text: 'Decisions about it go by this, whatever their caller says of it.' },
    ],
  });

export const resourceRemovedCard = (thing: Pick<Registered, 'type' | 'name'>): Card =>
  card({
    title: `${thing.type} ${thing.name} is no longer registered`,
    tone: 'good',
    blocks: [{ kind: 'text', text: 'Nothing else has changed.' }],
  });
