import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a provider's stand-in received. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or misbehaves on the socket. */
export type Script = (request: SeenRequest, response: ServerResponse) => void;

/** A reply with JSON, or with text as it is. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** A provider's stand-in on loopback that does what a test says and remembers what it was asked. */
export class StubServer {
  readonly seen: SeenRequest[] = [];
  script: Script = reply(500, {});
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      this.seen.push(seen);
      this.script(seen, response);
    });
  });

  static async start(): Promise<StubServer> {
    const stub = new StubServer();
    stub.server.on('connection', socket => {
      stub.sockets.add(socket);
      socket.on('close', () => stub.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    await new Promise<void>(resolve => stub.server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  reset(script: Script = reply(500, {})): void {
    this.seen.length = 0;
    this.script = script;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}
