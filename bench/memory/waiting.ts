import { askOnce } from '../pinned.process.js';
import { spreadOf, type Spread } from '../statistics/spread.js';
import { verdictOf, type Verdict } from '../statistics/verdict.js';
import type { Wait, WaitingCost, WaitingTransport } from './waiting.process.js';

/** The cost of waiting with one transport, over several processes. */
export type WaitingFigures = { readonly [K in keyof WaitingCost]: Spread } & {
  readonly title: string;
  readonly waiting: number;
  readonly heapVerdict: Verdict;
  readonly socketsVerdict: Verdict;
};

export const MOST_HEAP_BYTES = 8192;
export const MOST_SOCKETS = 256;
const WAITING = 10_000;
const TIMES = 3;

const TITLES: Record<WaitingTransport, string> = {
  default: 'default transport',
  customised: 'default transport with axios options',
  undici: "transport 'undici'",
};

/** Measures each transport several times, each time in a new process. */
export async function measureWaiting(deadlineMs: number): Promise<WaitingFigures[]> {
  const figures: WaitingFigures[] = [];
  for (const transport of Object.keys(TITLES) as WaitingTransport[]) {
    console.error(`waiting, ${TITLES[transport]}`);
    const wait: Wait = { transport, waiting: WAITING, deadlineMs };
    const costs: WaitingCost[] = [];
    for (let time = 0; time < TIMES; time++)
      costs.push(await askOnce<WaitingCost>(0, new URL('waiting.process.js', import.meta.url), [], wait));
    const of = (key: keyof WaitingCost): Spread => spreadOf(costs.map(cost => cost[key]));
    figures.push({
      title: TITLES[transport],
      waiting: WAITING,
      heapBytesEach: of('heapBytesEach'),
      rssBytesEach: of('rssBytesEach'),
      sockets: of('sockets'),
      heldMs: of('heldMs'),
      leftBytesEach: of('leftBytesEach'),
      heapVerdict: verdictOf(of('heapBytesEach'), MOST_HEAP_BYTES),
      socketsVerdict: verdictOf(of('sockets'), MOST_SOCKETS),
    });
  }
  return figures;
}
