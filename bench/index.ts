import { availableParallelism, loadavg } from 'node:os';
import { ack } from './ack.ts';
import { approve } from './approve.ts';
import { audit } from './audit.ts';
import { decide } from './decide.ts';
import { drift } from './drift.ts';
import { type Result, table } from './measure.ts';
import { openSite } from './site.ts';
import { verbs } from './verbs.ts';

/** `npm run bench`, or `npm run bench -- decide ack` for some. Nothing is asserted: read the ratios. */
const benches = { decide, verbs, ack, approve, audit, drift };

const chosen = process.argv.slice(2).map((name) => name.split(':')[0] ?? '');
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`);
  process.exit(1);
}

const [busy = 0] = loadavg();
const site = await openSite();
try {
  const results: Result[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const started = performance.now();
    results.push(...(await bench(site)));
    process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
  const [postgres] = await site.plain`
    select current_setting('server_version') as version, current_setting('fsync') as fsync`;
  process.stdout.write(
    `Node ${process.versions.node}, Postgres ${postgres?.version} with fsync ${postgres?.fsync}, ${availableParallelism()} cores shared by all of it, load ${busy.toFixed(1)} from elsewhere before it began.\n\n${table(results)}\n`,
  );
} finally {
  await site.stop();
}
