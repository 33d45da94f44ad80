import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Confirmations } from './confirmations.js';

/** Every provider behind one port, which confirms everything at once. */
export class StandIn {
  readonly url: string;
  readonly confirmations: Confirmations;

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    this.confirmations = new Confirmations(this.url);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const text = this.confirmations.answerTo(request.url ?? '', body);
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      });
    });
    server.on('connection', socket => socket.on('error', () => undefined));
  }

  static async start(): Promise<StandIn> {
    const server = createServer({ keepAliveTimeout: 600_000 });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new StandIn(server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
