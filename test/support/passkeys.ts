import { sql } from 'drizzle-orm';
import { confirmStepUp } from '../../src/commands/confirm.ts';
import { startEnrolment } from '../../src/core/passkey/enrol.ts';
import { writtenEnrolment } from '../../src/core/passkey/letter.ts';
import { registerPasskey, showEnrolment } from '../../src/core/passkey/register.ts';
import { beginStepUp } from '../../src/core/step-up/begin.ts';
import { showStepUp } from '../../src/core/step-up/show.ts';
import { rowsOf } from '../../src/db/client.ts';
import { Authenticator } from './authenticator.ts';
import type { Person, World } from './world.ts';

export const secretOf = (link: string): string => link.slice(link.indexOf('#') + 1);

/** The secret in the newest enrolment link that was mailed to somebody. */
export const mailedEnrolment = async (world: World, person: Person): Promise<string> => {
  const [letter] = rowsOf<{ id: string }>(
    await world.db.execute(sql`
      select data ->> 'enrolmentId' as id from messages
      where notice = 'passkey-enrolment' and recipient = ${person.email} order by created_at desc limit 1`),
  );
  const written = letter && (await writtenEnrolment(world.db, world.installation, letter.id));
  if (!written) throw new Error(`No link was mailed to ${person.email}`);
  return secretOf(written.link);
};

/** Adds a passkey as people do: asked for in chat, mailed, made by a device. */
export const addPasskey = async (world: World, person: Person, name?: string): Promise<Authenticator> => {
  await startEnrolment(await world.as(person), { name });
  const token = await mailedEnrolment(world, person);
  const { options } = await showEnrolment(world.system, { token });
  const device = new Authenticator(new URL(world.installation.publicUrl).origin);
  await registerPasskey(world.system, { token, response: device.register(options) });
  return device;
};

/** A link to approve a request on, as pressing Approve gives it. */
export const approvalLink = async (
  world: World,
  person: Person,
  organizationId: string,
  request: string,
): Promise<string> => {
  const begun = await beginStepUp(await world.as(person), {
    organizationId,
    action: 'request.approve',
    subject: request,
  });
  return secretOf(begun.link);
};

/** Reads the page, lets the device sign what it shows, and returns what the page would send. */
export const signed = async (
  world: World,
  token: string,
  device: Authenticator,
  how?: Parameters<Authenticator['sign']>[1],
) => {
  const { options, seen } = await showStepUp(world.system, { token });
  return { token, seen, response: device.sign(options, how) };
};

/** What the page's one button does with the device's answer. */
export const confirm = async (world: World, answer: { token: string; seen: string; response: unknown }) =>
  confirmStepUp(world.system, { health: async () => [] }, answer);

export const confirmed = async (world: World, token: string, device: Authenticator) =>
  confirm(world, await signed(world, token, device));
