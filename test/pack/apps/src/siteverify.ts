import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A siteverify that says yes to every token, as Turnstile documents it. */
export async function startSiteverify(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const yes = { success: true, 'error-codes': [], challenge_ts: new Date().toISOString() };
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...yes, hostname: 'shop.example', action: 'signup' }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
