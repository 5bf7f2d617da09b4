import { holds, look, type Standing } from '../core/change.ts';
import type { Context } from '../core/context.ts';
import { listFindings } from '../core/drift/list.ts';
import { searchForFix } from '../core/drift/whom.ts';
import { DomainError } from '../core/errors.ts';
import { searchInvitations, searchMembers, searchProjects } from '../core/member/search.ts';
import { listAllOrganizations } from '../core/organization/list-all.ts';
import { listRequests } from '../core/request/list.ts';
import { listRolesOf } from '../core/role/find.ts';
import { nameServiceAccounts } from '../core/service-account/name.ts';
import { nameOrganizationTokens, namePersonalTokens } from '../core/token/name.ts';
import { type Caller, identify } from '../core/user/identify.ts';
import { inFull } from '../views/drift.ts';
import type { Choice, Source } from '../views/form.ts';
import { chooseOrganization } from './choose-organization.ts';
import type { Dependencies } from './context-of.ts';
import { commandKey, commands } from './index.ts';
import type { Lookup } from './interaction.ts';
import { ORGANIZATION_KEY } from './parse.ts';

const AT_MOST = 100;
const FIX = 'org drift fix';

const matching = (choices: readonly Choice[], typed: string): Choice[] => {
  const wanted = typed.trim().toLowerCase();
  return choices
    .filter(
      ({ value, label }) => value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted),
    )
    .slice(0, AT_MOST);
};

const roles = async (s: Standing, scope?: string): Promise<Choice[]> => {
  const { words } = s.organization.model;
  return (await listRolesOf(s.db, s.organization.id))
    .filter((role) => scope === undefined || role.scope === scope)
    .map((role) => ({
      value: role.name,
      label:
        scope === undefined && role.scope === 'project'
          ? `${role.name} (in one ${words.project})`
          : role.name,
      description: role.description,
    }));
};

const inOrganization: Partial<
  Record<Source, (s: Standing, lookup: Lookup, ctx: Context) => Promise<readonly Choice[]>>
> = {
  person: async (s, { typed, action }) =>
    (await (action.command === FIX ? searchForFix(s, typed, action.args) : searchMembers(s, typed))).map(
      ({ email, role }) => ({
        value: email,
        label: email,
        description: role ?? '',
      }),
    ),
  role: async (s, { typed, action }) =>
    matching(await roles(s, action.args.project ? 'project' : undefined), typed),
  'organization-role': async (s, { typed }) =>
    matching([...(await roles(s, 'organization')), { value: 'none', label: 'none' }], typed),
  'project-role': async (s, { typed }) => matching(await roles(s, 'project'), typed),
  project: async (s, { typed, action }) => {
    const known = (await searchProjects(s, typed)).map((name) => ({ value: name, label: name }));
    const exact = typed.trim();
    // Any project may be asked for by its exact name, hidden ones too: offering what was typed tells nothing.
    const byName = action.command === 'access request new' && exact !== '';
    if (!byName || known.some(({ value }) => value === exact)) return known;
    return [...known, { value: exact, label: `${exact} (as typed)` }];
  },
  'project-and-role': async (s, { typed }) => {
    const [name = '', role = ''] = typed.split(':');
    const projects = await searchProjects(s, name.trim());
    const given = matching(await roles(s, 'project'), role);
    return projects
      .flatMap((project) =>
        given.map(({ value }) => ({ value: `${project}:${value}`, label: `${project}: ${value}` })),
      )
      .slice(0, AT_MOST);
  },
  'service-account': async (s, { typed }) => matching(await nameServiceAccounts(s), typed),
  token: async (s, { typed }) => matching(await nameOrganizationTokens(s), typed),
  'my-token': async (s, { typed }) => matching(await namePersonalTokens(s), typed),
  request: async (s, { typed }, ctx) => {
    const { mine, waiting } = await listRequests(ctx, s.organization);
    return matching(
      [...waiting, ...mine].map((request) => ({
        value: request.name,
        label: `${request.name}: ${request.role}${request.project ? ` in ${request.project}` : ''}, ${request.requester}`,
      })),
      typed,
    );
  },
  finding: async (s, { typed }, ctx) => {
    if (!holds(s, 'drift:read')) return [];
    const { items } = await listFindings(ctx, s.organization, { size: AT_MOST });
    const told = inFull(s.organization.model.words);
    return matching(
      items.map((found) => ({
        value: found.name,
        label: `${found.name}: ${found.rule.says(found.facts, told)}`,
      })),
      typed,
    );
  },
  invitation: async (s, { typed }) =>
    (await searchInvitations(s, typed)).map(({ email, state }) => ({
      value: email,
      label: `${email} (${state})`,
    })),
};

/** What a field offers while somebody types: only what they may know of, and always checked again when it is used. */
export const suggest = async (deps: Dependencies, lookup: Lookup): Promise<readonly Choice[]> => {
  const { account, source, typed } = lookup;
  if (source === 'command') {
    return matching(
      commands.map((command) => ({ value: commandKey(command), label: `/${commandKey(command)}` })),
      typed,
    );
  }
  const profile = await lookup.profile(account.externalId);
  if (profile.refused) return [];
  const caller = await identify(
    deps.db,
    account,
    lookup.actsIn ?? account.workspaceId,
    deps.installation.operators,
  );
  if (source === 'organization' && caller.operator) {
    const { items } = await listAllOrganizations(ctxOf(deps, lookup, caller), { size: AT_MOST });
    return matching(
      items.map((one) => ({ value: one.slug, label: `${one.name} (${one.slug})` })),
      typed,
    );
  }
  if (source === 'organization') {
    return matching(
      caller.organizations
        .filter((o) => o.state)
        .map((o) => ({ value: o.slug, label: `${o.name} (${o.slug})` })),
      typed,
    );
  }
  const ctx = ctxOf(deps, lookup, caller);
  try {
    const chosen = await chooseOrganization(deps.db, caller, lookup.action.args[ORGANIZATION_KEY]);
    const find = inOrganization[source];
    if ('choices' in chosen || !find) return [];
    return await look(ctx, chosen.organization, async (s) =>
      s.me?.state === 'active' ? find(s, lookup, ctx) : [],
    );
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
};

const ctxOf = (deps: Dependencies, { account }: Lookup, caller: Caller): Context => ({
  ...deps,
  actor: {
    kind: 'account',
    ...account,
    name: '',
    userId: caller.userId,
    email: caller.email,
    operator: caller.operator,
  },
});
