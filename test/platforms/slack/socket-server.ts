import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** RFC 6455, 5.2, as far as short text frames need it. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** The texts of whole masked frames; a client sends no others this short. */
function textsIn(data: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 6 <= data.length; ) {
    const opcode = (data[at] ?? 0) & 15;
    const short = (data[at + 1] ?? 0) & 127;
    const head = short === 126 ? 4 : 2;
    const length = short === 126 ? data.readUInt16BE(at + 2) : short;
    const mask = data.subarray(at + head, at + head + 4);
    const body = data.subarray(at + head + 4, at + head + 4 + length);
    if (opcode === 1)
      texts.push(Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))).toString());
    at += head + 4 + length;
  }
  return texts;
}

/** Slack's side of Socket Mode: hands out one address, says hello, sends envelopes; the Web API stays the given one. */
export async function startSocketServer(apiUrl: string, appToken: string) {
  const acks: { envelope_id: string; payload?: unknown }[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer(async (request, response) => {
    const answer = (body: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const { port } = server.address() as AddressInfo;
    if (request.url?.endsWith('/apps.connections.open')) {
      const known = request.headers.authorization === `Bearer ${appToken}`;
      return answer(
        known ? { ok: true, url: `ws://127.0.0.1:${port}/link` } : { ok: false, error: 'invalid_auth' },
      );
    }
    const forwarded = await fetch(apiUrl + (request.url ?? '').replace('/api/', ''), {
      method: 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? '',
        authorization: request.headers.authorization ?? '',
      },
      body: await bodyOf(request),
    });
    return answer(await forwarded.json());
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
    socket.on('data', (data: Buffer) => acks.push(...textsIn(data).map((text) => JSON.parse(text))));
    socket.on('error', () => {});
    sockets.add(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    acks,
    send(envelope: object) {
      for (const socket of sockets) socket.write(frame(JSON.stringify(envelope)));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
