import { JOURNEYS, visitAgain } from './journeys.js';
import { Ledger } from './ledger.js';
import { load } from './load.js';
import { Shop } from './shop.js';
import { Stage } from './stage.js';

/** How hard, and when the instance dies. */
export interface CrashOptions {
  readonly clients: number;
  readonly journeys: number;
  /** The milliseconds that every byte to Redis and back takes. */
  readonly delayMs: number;
  /** Which of the two is killed. */
  readonly victim: 0 | 1;
  /** The compiled process of an instance. */
  readonly instance: URL;
}

/** What came of it. */
export interface CrashReport {
  readonly requests: number;
  /** Requests whose connection broke, and which the other instance refused: the first one may have used the proof. */
  readonly unsure: number;
  /** The connections that the crash broke. */
  readonly broken: number;
  readonly wronglyPassed: readonly string[];
  readonly wronglyRefused: readonly string[];
  /** Proofs and codes that reached a handler more than once, on both instances together. */
  readonly passedTwice: readonly string[];
  /** Proofs and codes that reached a handler. */
  readonly passed: number;
  /** The most guesses at one code that reached the provider. */
  readonly mostGuesses: number;
}

/** Kills one of two instances under load with SIGKILL; its clients go on with the other one. */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const { clients, journeys, victim } = options;
  const stage = await Stage.start(options.delayMs, options.instance);
  const ledger = new Ledger();
  // In the middle by count and not by time, so that a slow machine changes nothing.
  const middle = Math.floor((journeys / JOURNEYS.length) * 18);
  let gone: Promise<void> | undefined;
  const shop = new Shop(stage.urls, 0, answered => {
    if (answered === middle) gone = stage.instances[victim]!.stop('SIGKILL');
  });
  try {
    await load(shop, ledger, { clients, isOver: made => made >= journeys });
    if (gone === undefined) throw new Error('the load was over before the crash');
    await gone;
    await visitAgain(shop, ledger);
    const passes = Object.entries(await stage.passes());
    return {
      requests: shop.answered,
      unsure: ledger.unsure,
      broken: shop.broken,
      wronglyPassed: ledger.wronglyPassed,
      wronglyRefused: ledger.wronglyRefused,
      passedTwice: passes.filter(([, count]) => count !== '1').map(([proof]) => proof),
      passed: passes.length,
      mostGuesses: Math.max(0, ...stage.standIn.confirmations.guesses.values()),
    };
  } finally {
    await shop.close();
    await stage.stop();
  }
}
