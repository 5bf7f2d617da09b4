/** `npm run chaos -- 120 slack`: the test of replicas that are killed, for as long as one likes. */
import { startVitest } from 'vitest/node';

const [seconds = '120', platform = 'discord'] = process.argv.slice(2);
const chaos = { seconds: Number(seconds), platform };
const vitest = await startVitest('test', ['test/jobs/chaos.test.ts'], { watch: false, provide: { chaos } });
await vitest.close();
