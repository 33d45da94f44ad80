import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Writes a reply, or misbehaves on the socket. */
export type Play = (socket: Socket, response: ServerResponse) => void;

/** A provider's stand-in below HTTP: it can refuse a connection, and write bytes that are no HTTP at all. */
export class FaultyServer {
  play: Play = socket => void socket.destroy();
  /** What each request was, as `METHOD path body`. */
  readonly seen: string[] = [];

  private port = 0;
  private readonly sockets = new Set<Socket>();
  private readonly http = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.seen.push(`${String(request.method)} ${String(request.url)} ${Buffer.concat(chunks).toString()}`);
      this.play(request.socket, response);
    });
  });
  private readonly server = createServer(socket => {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    if (this.greet === undefined) this.http.emit('connection', socket);
    else this.greet(socket);
  });

  private constructor(
    /** What it does with a connection, in place of listening. */
    private readonly greet?: (socket: Socket) => void,
  ) {}

  static async start(greet?: (socket: Socket) => void): Promise<FaultyServer> {
    const server = new FaultyServer(greet);
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve));
    server.port = (server.server.address() as AddressInfo).port;
    return server;
  }

  /** Where it listens, or listened. */
  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Forgets what was seen. */
  reset(play: Play): void {
    this.seen.length = 0;
    this.play = play;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}
