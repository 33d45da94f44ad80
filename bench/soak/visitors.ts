import { chance } from './chance.js';
import type { Clients, ClientReply } from './clients.js';
import type { FaultyUpstream } from './faulty-upstream.js';
import type { Oracle, Refused, Span } from './oracle.js';
import { PROVIDERS, type SoakProvider } from './provider-words.js';
import { formOf } from './soak.controller.js';

/** Guesses that a code allows. */
const GUESSES = 5;
/** A request that a visitor tries again later. */
interface Later {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** Visitors who do all that people and attackers do, and tell the oracle who was let through. */
export class Visitors {
  /** Visitors let through by route. */
  readonly accepted: Record<string, number> = {};
  private visits = 0;
  private readonly later: Later[] = [];

  constructor(
    private readonly clients: Clients,
    private readonly upstream: FaultyUpstream,
    private readonly oracle: Oracle,
    private readonly seed: number,
    /** When visitors try again what they must not get, in milliseconds; never where the store lets time pass faster. */
    private readonly againMs: number | undefined,
  ) {}

  /** One visit: another try of an earlier one where it is due. */
  async visit(): Promise<void> {
    const [due] = this.later;
    if (due !== undefined && due.at <= performance.now()) {
      this.later.shift();
      await due.run();
      return;
    }
    const proof = `proof-${String(++this.visits)}`;
    const luck = chance(this.seed, `${proof} kind`);
    if (this.againMs === undefined || luck < 0.4) await this.show(proof);
    else if (luck < 0.6) await this.showOften(proof);
    else if (luck < 0.8) await this.typeCode(proof);
    else await this.join(proof);
  }

  /** A proof that is good for one request. */
  private async show(proof: string): Promise<void> {
    const provider = PROVIDERS[Math.floor(chance(this.seed, proof) * PROVIDERS.length)] ?? 'checkify';
    await this.pass(provider, formOf(provider, proof), proof);
    this.upstream.forget(proof);
  }

  /** A proof that the provider confirms again and again, on all instances, at once and later. */
  private async showOften(proof: string): Promise<void> {
    const passes: Span[] = [];
    const show = async (): Promise<void> => {
      const reply = await this.pass('once', formOf('checkify', proof), proof);
      if (reply.status === 200) this.again('proof', proof, passes, reply);
    };
    await Promise.all([show(), show()]);
    await show();
    this.tryLater(async () => {
      await Promise.all([show(), show()]);
      this.upstream.forget(proof);
    });
  }

  /** A code of our own: wrong codes first, then the right one on all instances, at once and later. */
  private async typeCode(proof: string): Promise<void> {
    const luck = chance(this.seed, `${proof} code`);
    const code = String(100_000 + Math.floor(luck * 899_999));
    const to = `+4520${String(this.visits).padStart(6, '0')}`;
    const sent = await this.clients.post('send', { to, proof, code });
    this.upstream.forget(proof);
    if (sent.status !== 200) return;
    const { challengeId } = JSON.parse(sent.body) as { challengeId: string };
    const type = (typed: string): Promise<ClientReply> =>
      this.clients.post('code', { challenge_id: challengeId, verify_code: typed });
    const passes: Span[] = [];
    const wrongGuesses: Span[] = [];
    const guess = async (): Promise<void> => {
      const reply = await type(String(Number(code) + 1));
      if (reply.status === 200) this.oracle.letThroughWithoutYes(`wrong code ${proof}`);
      if (reply.status === 403) wrongGuesses.push(reply);
    };
    const enter = async (): Promise<void> => {
      const hadGuess = wrongGuesses.length < GUESSES;
      const reply = await type(code);
      if (reply.status !== 200) return;
      this.count('code');
      const [first] = wrongGuesses;
      if (!hadGuess && first !== undefined) {
        const guessing = { sentAt: first.sentAt, answeredAt: wrongGuesses.at(-1)?.answeredAt ?? 0 };
        this.oracle.letThroughAgain('guess', `code ${proof}`, guessing, reply);
      }
      this.again('code', proof, passes, reply);
    };
    const guesses = luck < 0.2 ? GUESSES + 1 : luck < 0.5 ? 1 : 0;
    for (let count = 0; count < guesses; count++) await guess();
    await Promise.all([enter(), enter()]);
    await enter();
    this.tryLater(enter);
  }

  /** A visitor who is remembered, and sometimes asks to be forgotten. */
  private async join(proof: string): Promise<void> {
    const subject = `subject of ${proof}`;
    const enter = (): Promise<ClientReply> => this.clients.post('member', {}, subject);
    if ((await enter()).status === 200) this.oracle.letThroughWithoutYes(`stranger ${proof}`);
    await this.pass('member', formOf('humanproof', proof), proof, subject);
    const known = await enter();
    if (known.status === 200 && !this.upstream.saidYesTo(proof))
      this.oracle.letThroughWithoutYes(`receipt of ${proof}`);
    this.upstream.forget(proof);
    if (chance(this.seed, `${proof} forget`) < 0.7) return;
    const forgotten = await this.clients.post('forget', {}, subject);
    if (forgotten.status !== 200) return;
    const enterAgain = async (): Promise<void> => {
      const reply = await enter();
      if (reply.status === 200) this.oracle.letThroughAgain('forgotten', proof, forgotten, reply);
    };
    await enterAgain();
    this.tryLater(enterAgain);
  }

  /** Shows a proof, which must pass only after a *yes*. */
  private async pass(
    route: SoakProvider | 'once' | 'member',
    form: object,
    proof: string,
    subject?: string,
  ): Promise<ClientReply> {
    const reply = await this.clients.post(route, form, subject);
    if (reply.status !== 200) return reply;
    this.count(route);
    if (!this.upstream.saidYesTo(proof)) this.oracle.letThroughWithoutYes(`${route} ${proof}`);
    return reply;
  }

  private again(refused: Refused, what: string, passes: Span[], reply: Span): void {
    const [first] = passes;
    passes.push(reply);
    if (first !== undefined) this.oracle.letThroughAgain(refused, what, first, reply);
  }

  private count(route: string): void {
    this.accepted[route] = (this.accepted[route] ?? 0) + 1;
  }

  private tryLater(run: () => Promise<void>): void {
    this.later.push({ at: performance.now() + (this.againMs ?? 0), run });
  }
}
