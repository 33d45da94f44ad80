/** The lists of an event stream of the sandbox, as a browser hears them. */
export class EventReader {
  /** Everything that came, as it came. */
  text = '';
  private readonly abort = new AbortController();
  private reader!: ReadableStreamDefaultReader<Uint8Array>;

  static async open(url: string): Promise<EventReader> {
    const reader = new EventReader();
    const { body } = await fetch(url, { signal: reader.abort.signal });
    reader.reader = (body as ReadableStream<Uint8Array>).getReader();
    return reader;
  }

  /** The list once it satisfies the condition. */
  async list<Row>(name: string, isAwaited: (list: Row[]) => boolean = () => true): Promise<Row[]> {
    for (;;) {
      const list = this.last(name) as Row[] | undefined;
      if (list && isAwaited(list)) return list;
      if (!(await this.read())) throw new Error(`The stream ended without ${name}:\n${this.text}`);
    }
  }

  /** Resolves once the sandbox ended the stream. */
  async ended(): Promise<void> {
    while (await this.read().catch(() => false)) continue;
  }

  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    this.text += Buffer.from(value ?? []).toString();
    return !done;
  }

  private last(name: string): unknown[] | undefined {
    const events = [...this.text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)];
    const data = events.findLast(([, event]) => event === name)?.[2];
    return data === undefined ? undefined : (JSON.parse(data) as unknown[]);
  }
}
