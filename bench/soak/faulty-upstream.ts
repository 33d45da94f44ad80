import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { chance } from './chance.js';
import { SENDING, WORDS, type SoakProvider } from './provider-words.js';
import { FAULTS, write } from './reply-faults.js';

const FAULT_NAMES = Object.keys(FAULTS);
const FAULTY = 0.3;

/** All four providers behind one port, of whose replies 30 % are faulty; knows to which proofs it truly said yes. */
export class FaultyUpstream {
  readonly sockets = new Set<Socket>();
  readonly faults = new Map<string, number>();
  /** The most connections at once. */
  mostSockets = 0;
  private readonly yes = new Set<string>();
  private readonly attempts = new Map<string, number>();
  private readonly server: Server;

  private constructor(private readonly seed: number) {
    this.server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        this.answer(request, body, response);
      });
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      this.mostSockets = Math.max(this.mostSockets, this.sockets.size);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(seed: number): Promise<FaultyUpstream> {
    const upstream = new FaultyUpstream(seed);
    await new Promise<void>(resolve => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Whether the proof was truly answered with *yes*. */
  saidYesTo(proof: string): boolean {
    return this.yes.has(proof);
  }

  /** Forgets a proof that nobody shows again. */
  forget(proof: string): void {
    this.attempts.delete(proof);
    this.yes.delete(proof);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer({ url = '' }: IncomingMessage, body: string, response: ServerResponse): void {
    const [, provider = ''] = url.split('/');
    const isSend = url.endsWith('/v1/codes');
    const proof = /(?:proof-)[\w-]+/.exec(url + body)?.[0] ?? '';
    const words = isSend ? SENDING : WORDS[provider as SoakProvider];
    const attempt = (this.attempts.get(proof) ?? 0) + 1;
    this.attempts.set(proof, attempt);
    const luck = chance(this.seed, `${proof} ${String(attempt)}`);
    if (luck < FAULTY) {
      const name = FAULT_NAMES[Math.floor((luck / FAULTY) * FAULT_NAMES.length)] ?? 'stall';
      this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
      FAULTS[name]?.(response, words.yes(proof));
      return;
    }
    const delayMs = chance(this.seed, `${proof} delay`) < 0.05 ? 100 : 0; // slow, but in time
    const reply = (): void => {
      if (luck > 0.75) {
        const [status, no] = words.no(proof);
        write(response, status, JSON.stringify(no));
        return;
      }
      this.yes.add(proof);
      write(response, 200, JSON.stringify(words.yes(proof)));
    };
    if (delayMs === 0) reply();
    else setTimeout(reply, delayMs);
  }
}
