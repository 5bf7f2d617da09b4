import type { Db } from '../../db/client.ts';
import type { Change } from '../change.ts';
import type { InstallationPolicy } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { loadProvider } from './provider.ts';

/** CR-04: an invitation can ask for a sign-in where the model knows that choice and a provider is set, only there. */
export const offersSso = async (
  db: Db,
  installation: Pick<InstallationPolicy, 'secretKey'>,
  { id, model }: Organization,
): Promise<boolean> =>
  model.policies.invitation.ssoChoice && (await loadProvider(db, installation, id)) !== undefined;

/** @throws DomainError `invalid` */
export const needSsoChoice = async (c: Change): Promise<void> => {
  const { organization, ctx } = c;
  if (await offersSso(c.db, ctx.installation, organization)) return;
  const known = organization.model.policies.invitation.ssoChoice;
  throw new DomainError(
    'invalid',
    known
      ? `Nobody was invited: ${organization.name} has no single sign-on to ask for.`
      : `Nobody was invited: invitations to ${organization.name} do not ask for single sign-on.`,
    {
      todo: known
        ? 'Set `sso-issuer`, `sso-client-id` and `sso-client-secret` with `/org settings set` first, or leave `sso` out.'
        : 'Leave `sso` out.',
      field: 'sso',
    },
  );
};
