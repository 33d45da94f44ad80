import { Client, Dispatcher, type Pool } from 'undici';

/**
 * Keep-alive connections to one origin, each of which rests between an answer and the next request. A surplus answer
 * then comes while nothing is asked, and undici ends the connection, also where it has yet to read it. Right behind the
 * next request it would be taken for the next answer, which some providers give without saying whose it is.
 */
export class RestingPool extends Dispatcher {
  private readonly clients = new Set<Client>();
  /** The connections that may be used again, in the order of their last answers. */
  private readonly kept: { readonly client: Client; readonly since: number }[] = [];

  constructor(
    private readonly origin: string | URL,
    private readonly options: Pool.Options,
    private readonly restMs: number,
    private readonly now: () => number,
  ) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const latest = this.now() - this.restMs;
    const rested = (this.kept[0]?.since ?? Infinity) <= latest ? this.kept.shift() : undefined;
    return (rested?.client ?? this.open()).dispatch(options, handler);
  }

  override async close(): Promise<void> {
    await Promise.all([...this.clients].map(client => client.close()));
  }

  override async destroy(): Promise<void> {
    await Promise.all([...this.clients].map(client => client.destroy()));
  }

  private open(): Client {
    const client = new Client(this.origin, this.options);
    this.clients.add(client);
    client.on('drain', () => {
      if (this.kept.length < (this.options.connections ?? Infinity)) {
        this.kept.push({ client, since: this.now() });
        return;
      }
      this.clients.delete(client);
      void client.close();
    });
    return client;
  }
}
