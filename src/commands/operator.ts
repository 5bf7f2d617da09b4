import { deleteOrganization } from '../core/organization/delete.ts';
import { listAllOrganizations } from '../core/organization/list-all.ts';
import { moveDefault } from '../core/organization/move-default.ts';
import { allowNamespaces, assignNamespace } from '../core/organization/namespaces.ts';
import { renameOrganization } from '../core/organization/rename.ts';
import { operatorPasskeyLink } from '../core/passkey/operator-link.ts';
import { listOperatorRequests } from '../core/request/list.ts';
import { addOperator } from '../core/user/add-operator.ts';
import { needOperator } from '../core/user/need-operator.ts';
import { operatorLinkCode } from '../core/user/operator-link-code.ts';
import { removeOperator } from '../core/user/remove-operator.ts';
import {
  linkCodeCard,
  operatorDoneCard,
  operatorRequestsCard,
  organizationsCard,
} from '../views/operator.ts';
import { passkeyLinkCard } from '../views/passkey.ts';
import { carried, email, list, name, optional, organization } from './argument.ts';
import { forLinked, inOrganization } from './command.ts';

const may = 'Operators.';

export const operatorCommands = [
  forLinked({
    root: 'org',
    name: 'operator orgs',
    summary: 'List all organizations',
    details:
      'Shows every organization of the installation, with its members counted and the default one marked.',
    example: '/org operator orgs',
    may,
    args: { after: carried() },
    run: async (ctx, { after }) => organizationsCard(await listAllOrganizations(ctx, { after })),
  }),
  forLinked({
    root: 'org',
    name: 'operator requests',
    summary: 'What waits for operators',
    details: 'Shows the open requests that operators alone can decide, of every organization.',
    example: '/org operator requests',
    may,
    args: {},
    run: async (ctx) => {
      needOperator(ctx, 'see the queue of requests');
      return operatorRequestsCard(await listOperatorRequests(ctx));
    },
  }),
  inOrganization({
    root: 'org',
    name: 'operator default',
    summary: 'Move the default mark',
    details: 'Makes an organization the default one of the installation.',
    example: '/org operator default acme',
    may,
    args: { org: organization() },
    run: async (ctx) => {
      const { name: called, before, moved } = await moveDefault(ctx, { organizationId: ctx.organization.id });
      return moved
        ? operatorDoneCard(`${called} is the default organization`, `Before it was ${before ?? 'none'}.`)
        : operatorDoneCard('Nothing changed', `${called} is the default organization already.`);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'operator rename',
    summary: 'Rename an organization',
    details: 'Gives an organization another name, another short name, or both.',
    example: '/org operator rename acme name:"Acme Research"',
    may,
    args: { org: organization(), name: optional(name('Name')), slug: optional(name('Short name')) },
    run: async (ctx, args) => {
      const { after, changed } = await renameOrganization(ctx, {
        organizationId: ctx.organization.id,
        name: args.name,
        slug: args.slug,
      });
      return operatorDoneCard(
        changed ? 'Renamed' : 'Nothing changed',
        `It is ${after.name}, in short ${after.slug}.`,
      );
    },
  }),
  inOrganization({
    root: 'org',
    name: 'operator delete',
    summary: 'Delete an organization',
    details: 'Deletes an organization with everything in it but its audit. Its short name has to be typed.',
    example: '/org operator delete acme-old acme-old',
    may,
    args: { org: organization(), slug: { ...name('Type its short name again'), short: 'Short name' } },
    run: async (ctx, { slug }) => {
      const gone = await deleteOrganization(ctx, { organizationId: ctx.organization.id, slug });
      return operatorDoneCard(
        `${gone.name} is deleted`,
        'Its members, access and requests are gone; its audit stays.',
      );
    },
  }),
  forLinked({
    root: 'org',
    name: 'operator namespace-allow',
    summary: 'Allow namespaces',
    details: 'Sets which Kubernetes namespaces may be assigned to organizations.',
    example: '/org operator namespace-allow team-a,team-b',
    may,
    args: { namespaces: { ...list(name('Namespace')), label: 'Namespaces' } },
    run: async (ctx, { namespaces }) => {
      const { after } = await allowNamespaces(ctx, { namespaces });
      return operatorDoneCard(
        'The list is set',
        `Assignable are ${after.join(', ')}. What was assigned stays so.`,
      );
    },
  }),
  inOrganization({
    root: 'org',
    name: 'operator namespace-assign',
    summary: 'Assign a namespace, once',
    details: 'Gives an organization its Kubernetes namespace. It can never be changed afterwards.',
    example: '/org operator namespace-assign acme team-a',
    may,
    args: { org: organization(), namespace: name('Namespace') },
    preview: async (ctx, { namespace }) => {
      needOperator(ctx, 'assign namespaces');
      return {
        title: `Assign ${namespace} to ${ctx.organization.name}?`,
        lines: [{ kind: 'text', text: 'It is set once and can never be changed afterwards.' }],
        yes: 'Assign for good',
        danger: true,
      };
    },
    run: async (ctx, { namespace }) => {
      const set = await assignNamespace(ctx, { organizationId: ctx.organization.id, namespace });
      return operatorDoneCard(
        'Assigned',
        `${set.organization} has the namespace ${set.namespace}, for good.`,
      );
    },
  }),
  forLinked({
    root: 'org',
    name: 'operator link-code',
    summary: 'Show a link code',
    details: 'Shows the newest open link code of an address, where no mail is set up.',
    example: '/org operator link-code dana@example.com',
    may,
    args: { email: email() },
    run: async (ctx, args) => linkCodeCard(await operatorLinkCode(ctx, args)),
  }),
  forLinked({
    root: 'org',
    name: 'operator passkey-link',
    summary: 'Show a passkey link',
    details: 'Shows the open link on which somebody adds a passkey, where no mail is set up.',
    example: '/org operator passkey-link dana@example.com',
    may,
    args: { email: email() },
    run: async (ctx, args) => passkeyLinkCard(await operatorPasskeyLink(ctx, args)),
  }),
  forLinked({
    root: 'org',
    name: 'operator add',
    summary: 'Name an operator',
    details: 'Makes somebody an operator of the installation.',
    example: '/org operator add eli@example.com',
    may,
    args: { email: email() },
    run: async (ctx, args) => {
      const { email: who, added } = await addOperator(ctx, args);
      return added
        ? operatorDoneCard(
            `${who} is an operator`,
            'They are it as soon as a chat account is linked to that address.',
          )
        : operatorDoneCard('Nothing changed', `${who} is an operator already.`);
    },
  }),
  forLinked({
    root: 'org',
    name: 'operator remove',
    summary: 'Remove an operator',
    details: 'Takes the operator rights from somebody.',
    example: '/org operator remove eli@example.com',
    may,
    args: { email: email() },
    run: async (ctx, args) =>
      operatorDoneCard(
        `${(await removeOperator(ctx, args)).email} is no operator any more`,
        'It works at once.',
      ),
  }),
];
