import type { Actor, Context } from '../core/context.ts';
import { giveGrant } from '../core/grant/give.ts';
import { acceptInvitation } from '../core/invitation/accept.ts';
import { copyInvitation } from '../core/invitation/copy.ts';
import { sendInvitations } from '../core/invitation/send.ts';
import { deactivateMember } from '../core/member/set-state.ts';
import { createOrganization } from '../core/organization/create.ts';
import { setSetting } from '../core/organization/set-setting.ts';
import { createProject } from '../core/project/create.ts';
import { setDefaultRole } from '../core/project/set-default-role.ts';
import { openRequest } from '../core/request/open.ts';
import { createServiceAccount } from '../core/service-account/create.ts';
import { linkByProfile } from '../core/user/link-by-profile.ts';
import { organizations } from '../db/schema/index.ts';

interface Site {
  workspace: { id: string; name: string };
  people: readonly { id: string; name: string; email: string }[];
  channels: readonly { id: string; name: string }[];
}

/** Worked here once, and has no seat in the workspace any more. */
const KAI = 'kai@acme.example';

type Account = Extract<Actor, { kind: 'account' }>;

/** Somebody of the story as an actor, linked by the address in their profile as a first command would. */
const actAs = async (ctx: Context, site: Site, name: string): Promise<Context> => {
  const person = site.people.find((known) => known.name === name);
  if (!person) throw new Error(`There is no ${name} in the playground`);
  const actor: Account = {
    kind: 'account',
    platform: 'slack',
    workspaceId: site.workspace.id,
    externalId: person.id,
    name,
    operator: ctx.installation.operators.includes(person.email),
  };
  const linked = await linkByProfile({ ...ctx, actor }, person.email);
  if (!linked) throw new Error(`${name} could not be linked`);
  return { ...ctx, actor: { ...actor, ...linked } };
};

/** Acme, as a visitor finds it: people, workspaces and one open request, all made by the same verbs as in real life. */
export const seedStory = async (ctx: Context, site: Site): Promise<void> => {
  const [already] = await ctx.db.select({ id: organizations.id }).from(organizations).limit(1);
  if (already) return;
  // Nobody waits for letters about what happened before the story begins.
  const quiet = { ...ctx, installation: { ...ctx.installation, mail: false } };
  const ada = await actAs(quiet, site, 'ada');
  const { id: organizationId } = await createOrganization(ada, { name: 'Acme', workspace: site.workspace });
  for (const [key, name] of [
    ['approvals-channel', 'access-requests'],
    ['drift-channel', 'platform'],
  ] as const) {
    const channel = site.channels.find((known) => known.name === name);
    await setSetting(ada, {
      organizationId,
      key,
      value: channel?.id ?? 'none',
      workspaceId: site.workspace.id,
    });
  }
  for (const name of ['search-prod', 'search-staging', 'data-lake']) {
    await createProject(ada, { organizationId, name });
  }
  await setDefaultRole(ada, { organizationId, project: 'search-staging', role: 'read-only' });
  for (const email of ['ben@acme.example', 'cleo@acme.example', KAI]) {
    await sendInvitations(ada, { organizationId, emails: [email] });
    const { link } = await copyInvitation(ada, { organizationId, email });
    await acceptInvitation(quiet, { token: link.slice(link.indexOf('#') + 1) });
  }
  const cleo = await actAs(quiet, site, 'cleo');
  await actAs(quiet, site, 'ben');
  const grant = (email: string, project: string, role: string) =>
    giveGrant(ada, { organizationId, person: { email }, project, role });
  await grant('ben@acme.example', 'search-prod', 'owner');
  await grant('cleo@acme.example', 'data-lake', 'developer');
  // What a report finds: somebody who has left, and a key that works for ever.
  await grant(KAI, 'data-lake', 'owner');
  await deactivateMember(ada, { organizationId, person: { email: KAI } });
  await createServiceAccount(ada, { organizationId, name: 'nightly-index' });
  await openRequest(cleo, {
    organizationId,
    role: 'runner',
    project: 'search-prod',
    for: { seconds: 8 * 3600 },
    reason: 'compare the new ranking with last quarter',
  });
};
