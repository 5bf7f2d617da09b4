import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { platforms } from '../support/story.ts';
import { judgeReports, judgeTicks, judgeWork, missing, waiting } from './chaos/judge.ts';
import { type Replica, type Scene, setChaosScene } from './chaos/scene.ts';
import { prepare, unleash } from './chaos/work.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How long replicas are killed, and in which chat, where somebody asks for more than the suite does. */
    chaos: { seconds: number; platform: string };
  }
}

const { seconds, platform } = inject('chaos') ?? { seconds: 12, platform: 'discord' };
const KILL_MS = 4000;
const SETTLED_MS = 90_000;

describe.each(platforms.filter((chat) => chat.platform === platform))('on $platform', ({ startSide }) => {
  let scene: Scene;
  const alive: Promise<Replica>[] = [];
  beforeAll(async () => {
    scene = await setChaosScene(startSide);
    await prepare(scene);
    alive.push(Promise.resolve(scene.replicas[0] as Replica), scene.begin());
    await Promise.all(alive);
  }, 240_000);
  afterAll(() => scene.end());

  /** The one that has been there longest dies, and another one is started in its place. */
  const kill = async () => {
    const victim = await alive.shift();
    if (!victim) return;
    victim.killedAt = Date.now();
    victim.child.process.kill('SIGKILL');
    alive.push(scene.begin());
  };

  test(
    `of two replicas one is killed every few seconds for ${seconds} seconds: every slot comes once, no report is doubled or missing, and everything is told once`,
    async () => {
      const from = new Date();
      const { stop, missed } = await unleash(scene, seconds);
      let kills = 0;
      while (Date.now() < from.getTime() + seconds * 1000) {
        await delay(KILL_MS);
        await kill();
        kills += 1;
      }
      const span = { from, to: new Date(), missed };
      await Promise.all(alive);
      await expect.poll(() => missing(scene, span), { timeout: SETTLED_MS, interval: 500 }).toEqual([]);
      stop();
      await scene.sql`delete from schedules`;
      await expect.poll(() => waiting(scene), { timeout: SETTLED_MS, interval: 500 }).toBe(0);
      await judgeWork(scene);
      const ticks = await judgeTicks(scene, span);
      const { reports, posted } = await judgeReports(scene, span);
      process.stdout.write(
        `${kills} kills, ${ticks} slots of each schedule, ${reports} reports, ${posted} of them posted\n`,
      );
    },
    seconds * 1000 + 2 * SETTLED_MS + 30_000,
  );
});
