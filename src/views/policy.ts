import type { Organization } from '../core/organization/organization.ts';
import type { editablePolicy, PolicyDifference } from '../core/organization/set-policy.ts';
import { settingKeys } from '../core/organization/settings.ts';
import type { Block, Card } from './card.ts';
import type { Field, Form } from './form.ts';
import { act, button, capital, count } from './parts.ts';
import { card, shorten } from './plain.ts';

const COMMAND = 'org settings set';
const HINT = 150;

type Editable = Awaited<ReturnType<typeof editablePolicy>>;

const labelOf = (key: string): string => capital(key.replaceAll('-', ' '));

const fieldOf = (field: Editable['fields'][number]): Field => {
  const hint =
    field.inherited === undefined
      ? `${field.says}: ${field.values}`
      : `Empty: ${field.inherited}, as in the organization. ${field.values}`;
  return {
    name: field.key,
    label: labelOf(field.key),
    hint: shorten(capital(hint), HINT),
    required: false,
    input:
      typeof settingKeys[field.key].fallback === 'boolean'
        ? {
            kind: 'choice',
            options: [
              { value: 'yes', label: 'yes' },
              { value: 'no', label: 'no' },
              ...(field.inherited === undefined ? [] : [{ value: 'none', label: 'as in the organization' }]),
            ],
          }
        : { kind: 'text', max: 2000 },
    value: field.typed,
  };
};

/** All that decides about approvals, with the values of this moment. */
export const policyForm = (
  { role, seen, fields }: Editable,
  { id, name }: Pick<Organization, 'id' | 'name'>,
  wrong?: { field: string; error: string; typed: Readonly<Record<string, string>> },
): Form => ({
  kind: 'form',
  title: 'Approval policy',
  submit: 'Review changes',
  intro: [
    role === null ? `How ${name} approves. ` : { bold: `Requests for ${role} in ${name}. ` },
    'Nothing changes before you have seen the difference and pressed Save.',
  ],
  action: act(COMMAND, { policy: 'save', seen, ...(role === null ? {} : { role }) }),
  again: act(COMMAND, { policy: 'edit', org: id, ...(role === null ? {} : { role }) }),
  fields: fields.map((field) => ({
    ...fieldOf({ ...field, typed: wrong?.typed[field.key] ?? field.typed }),
    error: wrong?.field === field.key ? wrong.error : undefined,
  })),
});

export const policyRoleForm = (): Form => ({
  kind: 'form',
  title: 'Policy of one role',
  submit: 'Continue',
  intro: 'Requests for this role may take more approvals, other approvers or other times than the rest.',
  action: act(COMMAND, { policy: 'role' }),
  fields: [
    {
      name: 'role',
      label: 'Role',
      required: true,
      input: { kind: 'search', source: 'role', placeholder: 'Choose a role' },
    },
  ],
});

/** What a save changes, each with what it was before. */
export const policyLines = ({ role, changed }: PolicyDifference): Block[] => [
  ...(role === null ? [] : [{ kind: 'text', text: `For requests for ${role} alone.` } as const]),
  {
    kind: 'list',
    items: changed.map(({ key, before, after }) => [{ bold: key }, `: ${before}, then ${after}`]),
  },
];

/** What a policy that asks for a second person means for itself: it is no longer taken back alone. */
export const bindingLines = (binds: PolicyDifference['binds']): Block[] =>
  binds === undefined
    ? []
    : [
        {
          kind: 'text',
          text: `From now on a change of the approval policies is itself approved: by ${count(binds.approvals, 'person', 'people')} besides who asks. There ${binds.others === 1 ? 'is 1 other administrator' : `are ${binds.others} other administrators`}; what too few can approve goes to the operators.`,
        },
      ];

export const policySavedCard = (saved: PolicyDifference): Card =>
  card({
    title: saved.changed.length === 0 ? 'Nothing changed' : 'The approval policy is saved',
    tone: saved.changed.length === 0 ? undefined : 'good',
    blocks: [
      ...(saved.changed.length === 0
        ? [{ kind: 'text', text: 'It says exactly this already.' } as const]
        : policyLines(saved)),
      ...bindingLines(saved.binds),
      { kind: 'buttons', buttons: [button('All settings', act('org settings show'))] },
    ],
  });
