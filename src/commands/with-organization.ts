import type { Organization } from '../core/organization/organization.ts';
import type { Action, Block, Button, Card } from '../views/card.ts';
import { commandNamed } from './index.ts';
import { ORGANIZATION_KEY } from './parse.ts';

/** Names the organization in an answer, and ties every button of it to that organization. */
export const withOrganization = (card: Card, organization: Pick<Organization, 'id' | 'name'>): Card => {
  const tie = (action: Action): Action =>
    commandNamed(action.command)?.needs === 'organization' && action.args[ORGANIZATION_KEY] === undefined
      ? { ...action, args: { ...action.args, [ORGANIZATION_KEY]: organization.id } }
      : action;
  const button = (given: Button): Button => ({ ...given, action: tie(given.action) });
  const tied = card.blocks.map((block): Block => {
    if (block.kind === 'buttons') return { ...block, buttons: block.buttons.map(button) };
    if (block.kind === 'rows') {
      return { ...block, rows: block.rows.map((row) => ({ ...row, buttons: row.buttons?.map(button) })) };
    }
    if (block.kind === 'choose') {
      return {
        ...block,
        options: block.options.map((option) => ({ ...option, action: tie(option.action) })),
      };
    }
    return block;
  });
  return {
    ...card,
    blocks: [...tied, { kind: 'small', text: organization.name }],
    text: card.text.includes(organization.name) ? card.text : `${card.text} (${organization.name})`,
  };
};
