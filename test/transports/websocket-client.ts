import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message of a gateway. */
export interface GatewayMessage {
  readonly event: string;
  readonly data: unknown;
}

/** A client of a gateway over the `ws` adapter. */
export class GatewayClient {
  private constructor(private readonly socket: WebSocket) {}

  static async connect(url: string): Promise<GatewayClient> {
    const socket = new WebSocket(url.replace('http:', 'ws:'));
    await once(socket, 'open');
    return new GatewayClient(socket);
  }

  /** Sends messages at once, and takes as many answers as there are messages. */
  ask(...messages: readonly { event: string; data?: unknown }[]): Promise<readonly GatewayMessage[]> {
    return this.exchange(messages, messages.length);
  }

  /** Sends messages at once, and takes so many answers. */
  async exchange(
    messages: readonly { event: string; data?: unknown }[],
    count: number,
  ): Promise<readonly GatewayMessage[]> {
    const answers: GatewayMessage[] = [];
    const all = new Promise<void>(resolve => {
      this.socket.on('message', (text: Buffer) => {
        answers.push(JSON.parse(text.toString()) as GatewayMessage);
        if (answers.length === count) resolve();
      });
    });
    for (const message of messages) this.socket.send(JSON.stringify(message));
    await all;
    this.socket.removeAllListeners('message');
    return answers;
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}
