import type { FlaggedTokens } from '../core/drift/flag-tokens.ts';
import type { Finding } from '../core/drift/list.ts';
import type { Button, Card } from './card.ts';
import { findingLine, inFull, maskedEmail } from './drift.ts';
import { act, button, count } from './parts.ts';
import { card, shorten } from './plain.ts';

/** An organization token can be given to somebody else; a personal one works as its owner alone. */
const buttonsOf = ({ facts }: Finding, org: string): Button[] => {
  const args = { name: String(facts.id), org };
  const says = (verb: string) => ({ says: shorten(`${verb} ${facts.token} …${facts.fingerprint}`, 75) });
  return [
    button('Deactivate', act('org token deactivate', args), says('Deactivate')),
    button('Revoke', act('org token revoke', args), { style: 'danger', ...says('Revoke') }),
    ...(facts.kind === 'organization'
      ? [button('Reassign', act('org token reassign', { name: String(facts.token), org }), says('Reassign'))]
      : []),
  ];
};

export const flaggedTokensCard = (flagged: FlaggedTokens): Card => {
  const { organization, findings, states, count: sum, masked } = flagged;
  const stateOf = ({ state, facts }: Finding): string => {
    const token = states.get(String(facts.id));
    return state === 'open' && token !== undefined && token !== 'active' ? token : state;
  };
  const told = { ...inFull(organization.model.words), ...(masked ? { email: maskedEmail } : {}) };
  const more = sum - findings.length;
  return card({
    title: `${count(sum, 'active token')} of people who are gone`,
    tone: 'warning',
    blocks: [
      {
        kind: 'rows',
        rows: findings.map((finding) => ({
          text: `${findingLine(finding, told)}${stateOf(finding) === 'open' ? '' : ` · ${stateOf(finding)}`}`,
          buttons: stateOf(finding) === 'open' ? buttonsOf(finding, organization.id) : [],
        })),
      },
      {
        kind: 'text',
        text: `${more > 0 ? `And ${more} more. ` : ''}Nothing was taken away by itself. It is about ${organization.name}.`,
      },
      {
        kind: 'buttons',
        buttons: [
          button(
            'Show all',
            act('org drift show', { rule: 'token-owner-deactivated', org: organization.id }),
          ),
        ],
      },
    ],
  });
};
