import { z } from 'zod';
import type { InstallationPolicy } from '../context.ts';
import { DomainError } from '../errors.ts';
import { seal, unseal } from '../secret-box.ts';

/** How long somebody has for each half of a sign-in. */
export const SIGN_IN_SECONDS = 600;

type Keys = Pick<InstallationPolicy, 'secretKey'>;

const ticket = z.object({ token: z.string(), until: z.number() });

/** What a browser keeps between the start of a sign-in and its end, sealed, so that no server has to remember it. */
const session = ticket.extend({
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});

export type Session = z.infer<typeof session>;

const boxOf = ({ secretKey }: Keys, purpose: string) => ({ secretKey, purpose, about: '' });

const end = (): number => Date.now() + SIGN_IN_SECONDS * 1000;

const open = <T extends { until: number }>(
  keys: Keys,
  purpose: string,
  sealed: string,
  schema: z.ZodType<T>,
): T => {
  const text = unseal(boxOf(keys, purpose), sealed);
  const read = text === undefined ? undefined : schema.safeParse(JSON.parse(text));
  if (!read?.success || read.data.until < Date.now()) throw signInFailed('expired');
  return read.data;
};

/** An invitation's secret as it may stand in an address: unreadable, and of use for ten minutes. */
const sealTicket = (keys: Keys, token: string): string =>
  seal(boxOf(keys, 'sso ticket'), JSON.stringify({ token, until: end() }));

/** Where somebody goes to accept an invitation that wants a sign-in. */
export const signInLocation = (
  { publicUrl, secretKey }: Keys & Pick<InstallationPolicy, 'publicUrl'>,
  token: string,
): string => `${publicUrl.replace(/\/$/, '')}/sso/start?ticket=${sealTicket({ secretKey }, token)}`;

/** @throws DomainError `sso-failed` */
export const openTicket = (keys: Keys, sealed: string): z.infer<typeof ticket> =>
  open(keys, 'sso ticket', sealed, ticket);

export const sealSession = (keys: Keys, parts: Omit<Session, 'until'>): string =>
  seal(boxOf(keys, 'sso session'), JSON.stringify({ ...parts, until: end() }));

/** @throws DomainError `sso-failed` */
export const openSession = (keys: Keys, sealed: string): Session =>
  open(keys, 'sso session', sealed, session);

const WHY = {
  expired: 'The sign-in has run out, or it began in another browser.',
  refused: 'The provider did not sign you in.',
  unproven: 'What the provider answered could not be proven to be its own.',
  unverified: 'The provider does not say that your address is verified.',
  address: 'You signed in with another address than the invited one.',
  unavailable: "The organization's provider does not answer.",
  'not-set': 'The organization has no provider to sign in with any more.',
} as const;

export type WhyFailed = keyof typeof WHY;

/** A sign-in that came to nothing. Nothing has changed. */
export const signInFailed = (why: WhyFailed): DomainError =>
  new DomainError('sso-failed', WHY[why], { facts: { why } });
