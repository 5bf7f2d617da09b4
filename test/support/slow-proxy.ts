import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface SlowProxy {
  /** The database's address through the proxy. */
  url: string;
  /** From now on everything that a client sends waits this many milliseconds. */
  delay(milliseconds: number): void;
  /** How often clients have sent something: the number of round trips, where nothing is pipelined. */
  readonly sends: number;
  /** Breaks all connections at once, as a network does. New ones are accepted. */
  cut(): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of a Postgres server that can be made slow. */
export async function startSlowProxy(target: string): Promise<SlowProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let wait = 0;
  let sends = 0;

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port || 5432), noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const waiting: { due: number; chunk: Buffer }[] = [];
    let timer: NodeJS.Timeout | undefined;
    // One timer for a connection: two that are due at the same moment may fire in either order.
    const forward = () => {
      timer = undefined;
      for (;;) {
        const [next] = waiting;
        if (!next) return;
        const rest = next.due - Date.now();
        if (rest > 0) {
          timer = setTimeout(forward, rest);
          return;
        }
        waiting.shift();
        upstream.write(next.chunk);
      }
    };
    client.on('data', (chunk) => {
      sends += 1;
      waiting.push({ due: Date.now() + wait, chunk });
      if (!timer) forward();
    });
    upstream.pipe(client);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        for (const end of pair) end.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the proxy has no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);

  const cut = () => {
    for (const pair of pairs) for (const end of pair) end.destroy();
  };
  return {
    url: url.href,
    delay: (milliseconds) => {
      wait = milliseconds;
    },
    get sends() {
      return sends;
    },
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
