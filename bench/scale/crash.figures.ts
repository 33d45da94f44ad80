import { spreadOf, type Spread } from '../statistics/spread.js';
import { verdictOf, type Verdict } from '../statistics/verdict.js';
import { crash, type CrashReport } from './crash.js';
import { CLIENTS, DELAY_MS } from './load.figures.js';
import { GUESSES } from './scale.application.js';

/** One thing that must not happen when an instance is killed. */
export interface CrashGoal {
  readonly title: string;
  readonly count: Spread;
  readonly atMost: number;
  readonly verdict: Verdict;
}

/** What became of the clients of two instances, one of which was killed. */
export interface CrashFigures {
  readonly clients: number;
  readonly requests: Spread;
  readonly broken: Spread;
  readonly unsure: Spread;
  readonly passed: Spread;
  readonly goals: readonly CrashGoal[];
}

const JOURNEYS = 1400;
/** Each of the two is killed. */
const VICTIMS = [0, 1, 0] as const;

/** Kills an instance several times, each time in the middle of a new load. */
export async function measureCrash(): Promise<CrashFigures> {
  const reports: CrashReport[] = [];
  for (const victim of VICTIMS) {
    console.error(`scale-crash, ${['Express', 'Fastify'][victim]!} is killed`);
    const instance = new URL('scale.process.js', import.meta.url);
    const report = await crash({ clients: CLIENTS, journeys: JOURNEYS, delayMs: DELAY_MS, victim, instance });
    const mistakes = [...report.wronglyPassed, ...report.wronglyRefused, ...report.passedTwice];
    for (const mistake of mistakes.slice(0, 20)) console.error(`  ${mistake}`);
    reports.push(report);
  }
  const of = (count: (report: CrashReport) => number): Spread => spreadOf(reports.map(count));
  const goal = (title: string, count: Spread, atMost: number): CrashGoal => ({
    title,
    count,
    atMost,
    verdict: verdictOf(count, atMost),
  });
  return {
    clients: CLIENTS,
    requests: of(({ requests }) => requests),
    broken: of(({ broken }) => broken),
    unsure: of(({ unsure }) => unsure),
    passed: of(({ passed }) => passed),
    goals: [
      goal(
        'proofs and codes that passed twice',
        of(({ passedTwice }) => passedTwice.length),
        0,
      ),
      goal(
        'requests let through wrongly',
        of(({ wronglyPassed }) => wronglyPassed.length),
        0,
      ),
      goal(
        'visitors refused who lost nothing',
        of(({ wronglyRefused }) => wronglyRefused.length),
        0,
      ),
      goal(
        'guesses at one code',
        of(({ mostGuesses }) => mostGuesses),
        GUESSES,
      ),
    ],
  };
}
