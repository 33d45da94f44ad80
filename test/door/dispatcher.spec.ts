import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { connectionsTo } from '../../lib/src/http/dispatcher.js';
import { settingsOf } from '../../lib/src/http/http.options.js';
import { UndiciTransport } from '../../lib/src/http/undici.transport.js';

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

it('a connection that came after a failed one closes with the rest', async () => {
  const closed = createServer();
  const port = await listen(closed, 0);
  await new Promise(resolve => closed.close(resolve));

  let sockets = 0;
  const server = createServer((_, response) => response.end('{}'));
  server.on('connection', socket => {
    sockets++;
    socket.on('close', () => sockets--);
  });
  const origin = `http://127.0.0.1:${String(port)}`;
  const transport = new UndiciTransport(
    origin,
    1000,
    connectionsTo(origin, settingsOf({ maxConcurrent: 1 })),
  );
  const request = { method: 'GET', path: '/', headers: {}, repeatable: true } as const;

  const asked = Array.from({ length: 3 }, () => transport.send(request, 2000).catch(() => undefined));
  await asked[0];
  await listen(server, port);
  await Promise.all([...asked, transport.send(request, 2000), transport.send(request, 2000)]);
  await transport.close();
  const until = performance.now() + 2000; // well before a kept-alive socket would end by itself
  while (sockets > 0 && performance.now() < until) await new Promise(resolve => setImmediate(resolve));
  const left = sockets;
  server.closeAllConnections();
  server.close();
  expect(left).toBe(0);
});
