import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP port in front of a socket file. Every byte takes `delayMs` in each direction. */
export class DelayedLine {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly target: string,
    private readonly delayMs: number,
  ) {
    this.server = createServer({ noDelay: true }, near => {
      const far = createConnection(this.target);
      this.join(near, far);
      this.join(far, near);
    });
  }

  static async start(target: string, delayMs: number): Promise<DelayedLine> {
    const line = new DelayedLine(target, delayMs);
    await new Promise<void>(resolve => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', chunk => {
      this.later(() => to.write(chunk));
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      this.later(() => to.destroy());
    });
  }

  /** Timers of one length end in the order in which they began. */
  private later(deliver: () => void): void {
    if (this.delayMs === 0) deliver();
    else setTimeout(deliver, this.delayMs);
  }
}
