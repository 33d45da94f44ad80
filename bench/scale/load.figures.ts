import { setTimeout as pause } from 'node:timers/promises';
import { spreadOf, type Spread } from '../statistics/spread.js';
import { verdictOf, type Verdict } from '../statistics/verdict.js';
import { Ledger } from './ledger.js';
import { load } from './load.js';
import type { StepTrips } from './round-trips.js';
import { Shop } from './shop.js';
import { Stage } from './stage.js';

/** One kind of request under load. */
export interface StepFigures {
  readonly step: string;
  /** The most round trips to Redis one after another; commands that are under way together are one. */
  readonly mostInARow: Spread;
  readonly commandsEach: Spread;
  /** Milliseconds, as a client measures them. */
  readonly p50: Spread;
  readonly p99: Spread;
}

/** Two instances under load, with a Redis that is some milliseconds away. */
export interface LoadFigures {
  readonly delayMs: number;
  readonly clients: number;
  readonly requestsPerSecond: Spread;
  readonly steps: readonly StepFigures[];
  /** The step with the most round trips. */
  readonly worst: StepFigures;
  readonly verdict: Verdict;
}

export const MOST_ROUND_TRIPS = 3;
export const CLIENTS = 200;
export const DELAY_MS = 5;
const PAUSE_MS = 400;
const ROUNDS = 3;

interface Round {
  readonly trips: ReadonlyMap<string, StepTrips>;
  readonly latencies: ReadonlyMap<string, readonly number[]>;
  readonly requestsPerSecond: number;
}

async function measureRound(seconds: number): Promise<Round> {
  const stage = await Stage.start(DELAY_MS, new URL('scale.process.js', import.meta.url));
  const shop = new Shop(stage.urls, PAUSE_MS);
  const ledger = new Ledger();
  const begin = async (forSeconds: number): Promise<void> => {
    const until = performance.now() + forSeconds * 1000;
    await load(shop, ledger, { clients: CLIENTS, isOver: () => performance.now() > until });
  };
  try {
    await begin(seconds / 3); // to warm up
    await stage.roundTrips();
    shop.latencies.clear();
    const [before, startedAt] = [shop.answered, performance.now()];
    await begin(seconds);
    const requestsPerSecond = ((shop.answered - before) * 1000) / (performance.now() - startedAt);
    await pause(100); // for the last answers to be counted
    const mistakes = [...ledger.wronglyPassed, ...ledger.wronglyRefused];
    if (mistakes.length > 0) throw new Error(`the shop judged wrongly: ${mistakes.slice(0, 5).join('; ')}`);
    return { trips: await stage.roundTrips(), latencies: shop.latencies, requestsPerSecond };
  } finally {
    await shop.close();
    await stage.stop();
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Measures the round trips and the latency of everything that keeps state. */
export async function measureLoad(seconds: number): Promise<LoadFigures> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    console.error(`scale-load, round ${String(round + 1)} of ${String(ROUNDS)}`);
    rounds.push(await measureRound(seconds));
  }
  const names = [...new Set(rounds.flatMap(({ trips }) => [...trips.keys()]))].sort();
  const steps = names.map((step): StepFigures => {
    const trips = rounds.flatMap(round => round.trips.get(step) ?? []);
    const latencies = rounds.map(round => round.latencies.get(step) ?? []);
    return {
      step,
      mostInARow: spreadOf(trips.map(({ mostInARow }) => mostInARow)),
      commandsEach: spreadOf(trips.map(({ commands, requests }) => commands / requests)),
      p50: spreadOf(latencies.map(each => percentile(each, 0.5))),
      p99: spreadOf(latencies.map(each => percentile(each, 0.99))),
    };
  });
  const worst = steps.reduce((most, each) => (each.mostInARow.high > most.mostInARow.high ? each : most));
  return {
    delayMs: DELAY_MS,
    clients: CLIENTS,
    requestsPerSecond: spreadOf(rounds.map(each => each.requestsPerSecond)),
    steps,
    worst,
    verdict: verdictOf(worst.mostInARow, MOST_ROUND_TRIPS),
  };
}
