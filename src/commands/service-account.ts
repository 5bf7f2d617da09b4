import { look, need } from '../core/change.ts';
import { DomainError } from '../core/errors.ts';
import { createServiceAccount } from '../core/service-account/create.ts';
import { deleteServiceAccount } from '../core/service-account/delete.ts';
import { editServiceAccount } from '../core/service-account/edit.ts';
import { findServiceAccount } from '../core/service-account/find.ts';
import { listServiceAccounts, showServiceAccount } from '../core/service-account/list.ts';
import { responsibleFor } from '../core/service-account/responsible.ts';
import { rotateServiceAccount } from '../core/service-account/rotate.ts';
import { disableServiceAccount, enableServiceAccount } from '../core/service-account/set-state.ts';
import {
  serviceAccountCard,
  serviceAccountCreatedCard,
  serviceAccountEditedCard,
  serviceAccountListCard,
  serviceAccountRotatedCard,
  serviceAccountStateCard,
} from '../views/service-account.ts';
import { carried, name, optional, person, serviceAccount, span } from './argument.ts';
import { always, type InOrganization, inOrganization, type Preview } from './command.ts';

const may = 'Whoever holds service-accounts:write: administrators.';
const permission = 'service-accounts:write';
const seen = 'Whoever holds members:read or service-accounts:write.';

const responsible = () => optional({ ...person('Responsible'), hint: 'The member who answers for it' });

const asking = async (
  ctx: InOrganization,
  typed: string,
  words: { verb: string; text: string },
): Promise<Preview> =>
  look(ctx, ctx.organization, async (s) => {
    need(s, permission, 'change service accounts');
    const account = await findServiceAccount(s, typed);
    const answers = await responsibleFor(s, account);
    return {
      title: `${words.verb} ${account.name}?`,
      lines: [
        { kind: 'text', text: words.text },
        { kind: 'small', text: answers ? `${answers} answers for it.` : 'Nobody answers for it.' },
      ],
      yes: words.verb,
      danger: true,
    };
  });

export const serviceAccountCommands = [
  inOrganization({
    root: 'org',
    name: 'service-account list',
    summary: 'List service accounts',
    details: 'Shows the service accounts, who answers for them and when they were last used.',
    example: '/org service-account list',
    may: seen,
    permission: 'members:read',
    args: { after: carried() },
    run: async (ctx, { after }) =>
      serviceAccountListCard(
        await listServiceAccounts(ctx, ctx.organization, { after }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'service-account show',
    summary: 'Show a service account',
    details: 'Shows one service account: its access, its keys and who answers for it.',
    example: '/org service-account show ci-runner',
    may: seen,
    permission: 'members:read',
    args: { name: serviceAccount() },
    run: async (ctx, args) =>
      serviceAccountCard(
        await showServiceAccount(ctx, ctx.organization, args.name),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'service-account create',
    summary: 'Create a service account',
    details: 'Makes a service account without any access; its key is shown once, to you alone.',
    example: '/org service-account create ci-runner',
    may,
    permission,
    secret: true,
    args: { name: name('Name', { placeholder: 'ci-runner' }), responsible: responsible() },
    run: async (ctx, args) =>
      serviceAccountCreatedCard(
        await createServiceAccount(ctx, {
          organizationId: ctx.organization.id,
          name: args.name,
          responsible: args.responsible && (await ctx.personOf(args.responsible)),
        }),
        ctx.installation.publicUrl,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'service-account edit',
    summary: 'Rename or reassign one',
    details: 'Renames a service account, or says who answers for it from now on.',
    example: '/org service-account edit ci-runner responsible:dana@example.com',
    may,
    permission,
    changes: true,
    settles: (args) => args.responsible !== undefined || args['new-name'] !== undefined,
    args: {
      name: serviceAccount(),
      'new-name': optional(name('New name', { placeholder: 'ci-deployer' })),
      responsible: responsible(),
      from: carried(),
    },
    run: async (ctx, args) => {
      if (args['new-name'] === undefined && args.responsible === undefined) {
        throw new DomainError('invalid', 'Nothing was changed: nothing new was said.', {
          todo: 'Give a new name, or who answers for it.',
          field: 'new-name',
        });
      }
      return serviceAccountEditedCard(
        await editServiceAccount(ctx, {
          organizationId: ctx.organization.id,
          name: args.name,
          newName: args['new-name'],
          from: args.from,
          responsible: args.responsible && (await ctx.personOf(args.responsible)),
        }),
      );
    },
  }),
  inOrganization({
    root: 'org',
    name: 'service-account rotate',
    summary: 'Get a new key for one',
    details: 'Makes a new key; the old one stops at once, or after an overlap.',
    example: '/org service-account rotate ci-runner overlap:24h',
    may,
    permission,
    secret: true,
    args: {
      name: serviceAccount(),
      overlap: optional({
        ...span('Old key lives on for'),
        hint: 'Such as 24h; without it the old key stops at once',
      }),
    },
    preview: async (ctx, args) =>
      args.overlap === undefined
        ? asking(ctx, args.name, {
            verb: 'Rotate',
            text: 'The key that is in use now stops working at once. To let it live on for a while, rotate with an overlap.',
          })
        : undefined,
    run: async (ctx, args) =>
      serviceAccountRotatedCard(
        await rotateServiceAccount(ctx, { organizationId: ctx.organization.id, ...args }),
        ctx.installation.publicUrl,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'service-account disable',
    summary: 'Switch one off',
    details: 'Stops the keys of a service account at once, and keeps them and its access.',
    example: '/org service-account disable ci-runner',
    may,
    permission,
    changes: true,
    args: { name: serviceAccount() },
    preview: async (ctx, args) =>
      asking(ctx, args.name, {
        verb: 'Disable',
        text: 'Whatever uses its keys stops working at once, until it is enabled again.',
      }),
    run: async (ctx, args) => {
      const off = await disableServiceAccount(ctx, { organizationId: ctx.organization.id, name: args.name });
      return serviceAccountStateCard(off.name, 'disabled');
    },
  }),
  inOrganization({
    root: 'org',
    name: 'service-account enable',
    summary: 'Switch one on again',
    details: 'Lets the keys of a disabled service account work again.',
    example: '/org service-account enable ci-runner',
    may,
    permission,
    changes: true,
    settles: always,
    args: { name: serviceAccount() },
    run: async (ctx, args) => {
      const on = await enableServiceAccount(ctx, { organizationId: ctx.organization.id, name: args.name });
      return serviceAccountStateCard(on.name, 'enabled');
    },
  }),
  inOrganization({
    root: 'org',
    name: 'service-account delete',
    summary: 'Delete a service account',
    details: 'Ends a service account for good, with its keys and its access.',
    example: '/org service-account delete ci-runner',
    may,
    permission,
    changes: true,
    args: { name: serviceAccount() },
    preview: async (ctx, args) =>
      asking(ctx, args.name, {
        verb: 'Delete',
        text: 'Its keys and all its access end at once. There is no way back.',
      }),
    run: async (ctx, args) => {
      const gone = await deleteServiceAccount(ctx, { organizationId: ctx.organization.id, name: args.name });
      return serviceAccountStateCard(gone.name, 'deleted');
    },
  }),
];
