import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Scene, ZONES } from './scene.ts';

/** What each of the schedules has to do while replicas die. */
export const WORK = { invitations: 20, tokens: 3 };

/** A slot of every organization's report that passed while nothing ran. */
export const missedSlot = (): Date => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7_200_000);

/** Reports that come as often as this, so that two minutes bring some. */
const REPORT_CRON = '*/20 * * * * *';
export const REPORT_MS = 20_000;

/** Said through chat, while the first replica is still there. */
export const prepare = async ({ people, side }: Scene): Promise<void> => {
  const { ada, ben, cleo } = people;
  const emails = Array.from({ length: WORK.invitations }, (_, number) => `new-${number}@acme.example`);
  await ada.types(`/org invite send ${emails.join(',')} role:member org:acme`);
  await ada.sees('new-0@acme.example');
  for (let number = 0; number < WORK.tokens; number += 1) {
    await cleo.types(`/access token create laptop-${number} org:acme`);
    await cleo.sees(`laptop-${number}`);
    await side.closeWindows('cleo');
  }
  await ada.types('/org access grant ben@acme.example search-prod developer org:acme');
  await ada.sees('ben@acme.example');
  await ben.types('/access request new developer data-lake for:8h reason:"chaos" org:acme');
  await ben.sees('is open');
};

/** Lets everything fall due within so many seconds, and changes each organization every few seconds. @returns how to stop */
export const unleash = async ({ sql }: Scene, seconds: number): Promise<{ stop(): void; missed: Date }> => {
  const missed = missedSlot();
  await sql`update schedules set cron = ${REPORT_CRON}, next_at = ${missed}, last_slot = null, done_at = null`;
  await sql`insert into schedules (organization_id, kind, cron, timezone, next_at)
    select id, 'review', '0 * * * *', 'UTC', ${missed} from organizations where slug = 'acme'`;
  await sql`update invitations set expires_at = clock_timestamp() + random() * make_interval(secs => ${seconds})
    where state = 'pending'`;
  await sql`update requests set created_at = created_at - interval '5 hours' where state = 'pending'`;
  const failures: unknown[] = [];
  const failed = (error: unknown) => void failures.push(error);
  const changing = setInterval(() => {
    for (const slug of Object.keys(ZONES)) {
      const name = `unused-${randomUUID().slice(0, 8)}`;
      void sql`insert into roles (organization_id, id, scope, name, permissions)
        select id, ${randomUUID()}::uuid, 'project', ${name}, '{flows:read}'::text[] from organizations where slug = ${slug}`.catch(
        failed,
      );
    }
  }, 7000);
  const leaving = setTimeout(
    () => {
      void sql`update principals set state = 'deactivated' where (organization_id, id) in (
        select organization_id, user_id from members where email = 'cleo@acme.example')`.catch(failed);
    },
    (seconds * 1000) / 3,
  );
  return {
    missed,
    stop: () => {
      clearInterval(changing);
      clearTimeout(leaving);
      expect(failures).toEqual([]);
    },
  };
};
