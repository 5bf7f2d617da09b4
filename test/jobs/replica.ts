/** A process to be killed: says something in a transaction, or delivers, and dies by itself at the worst moment. */
import { openDatabase } from '../../src/db/client.ts';
import { deliver } from '../../src/jobs/deliver.ts';
import { createQueue } from '../../src/jobs/queue.ts';
import { ChatService, contextOf, quiet, say } from './chat.ts';

const [url = '', dies = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');

const database = await openDatabase({ url, dataDir: '' });
const queue = await createQueue({ database, log: quiet, jobs: [deliver] });
const messages = ['1', '2', '3'].map((text) => ({ channel: 'C1', text }));

if (dies === 'before the commit') {
  await database.db.transaction(async (tx) => {
    await say(tx, queue.enqueue, messages);
    die();
    await new Promise(() => {});
  });
}

if (dies === 'after the commit') {
  await say(database.db, queue.enqueue, messages);
  die();
}

if (dies === 'after the send') {
  const chat = new ChatService();
  const send = chat.send.bind(chat);
  chat.send = async (to, card) => {
    const sent = await send(to, card);
    process.stdout.write(`${card.text}\n`, die);
    await new Promise(() => {});
    return sent;
  };
  await queue.work(deliver, () => contextOf(database.db, queue, { platforms: { slack: chat } }));
  await say(database.db, queue.enqueue, messages);
}
