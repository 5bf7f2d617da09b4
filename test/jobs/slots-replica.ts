/** A replica to be killed: looks for slots all the time and makes their reports, saying when it begins with one. */
import { openDatabase } from '../../src/db/client.ts';
import { deliver } from '../../src/jobs/deliver.ts';
import { driftReport } from '../../src/jobs/drift-report.ts';
import { createQueue } from '../../src/jobs/queue.ts';
import { slots } from '../../src/jobs/slots.ts';
import { ChatService, contextOf, quiet } from './chat.ts';

const TICK_MS = 200;

const [url = ''] = process.argv.slice(2);
const database = await openDatabase({ url, dataDir: '' });
const queue = await createQueue({ database, log: quiet, jobs: [deliver, slots, driftReport] });
const context = () => contextOf(database.db, queue, { platforms: { slack: new ChatService() } });
const announced: typeof driftReport = {
  ...driftReport,
  run: async (ctx, payload) => {
    process.stdout.write('begins\n');
    await driftReport.run(ctx, payload);
  },
};
await queue.work(slots, context);
await queue.work(announced, context);
setInterval(() => {
  void queue.tick('slots', new Date(Math.floor(Date.now() / TICK_MS) * TICK_MS));
}, TICK_MS);
