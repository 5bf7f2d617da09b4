import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { createLog, type Log } from './log.ts';

const STOP_MS = 10_000;

/** A start that cannot succeed says why in one line; anything unexpected is logged whole. */
const giveUp = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

const run = async (): Promise<void> => {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY });
  const app = await createApp(config, log);
  stopOnSignal(app.stop, log);
  const { port, announcements } = await app.start();
  for (const line of announcements) process.stdout.write(`${line}\n`);
  log.info({ port }, 'ready');
};

const stopOnSignal = (stop: () => Promise<void>, log: Log): void => {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('stopping took longer than ten seconds');
      process.exit(1);
    }, STOP_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a promise failed and nobody looked');
    process.exit(1);
  });
};

run().catch(giveUp);
