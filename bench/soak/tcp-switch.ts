import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A loopback address that leads to one server or another, as the address of a managed Redis does. */
export class TcpSwitch {
  private target: number | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer({ noDelay: true }, socket => {
      this.keep(socket);
      if (this.target === undefined) {
        socket.destroy();
        return;
      }
      const other = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
      this.keep(other);
      socket.pipe(other).pipe(socket);
      socket.on('close', () => other.destroy());
      other.on('close', () => socket.destroy());
    });
  }

  static async start(): Promise<TcpSwitch> {
    const started = new TcpSwitch();
    started.server.listen(0, '127.0.0.1');
    await once(started.server, 'listening');
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections; new ones lead to the port. */
  pointAt(port: number): void {
    this.target = port;
    this.endAll();
  }

  async stop(): Promise<void> {
    this.target = undefined;
    this.endAll();
    await new Promise(resolve => this.server.close(resolve));
  }

  private endAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
