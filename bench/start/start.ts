import { PinnedProcess } from '../pinned.process.js';
import { beyond, cpuOf, type CpuWindow } from '../statistics/observation.js';
import { pairedRounds, type Subject } from '../statistics/paired-rounds.js';
import { median, spreadOf, type Spread } from '../statistics/spread.js';
import { bundle } from './bundle.js';

/** What a process took until it was done. */
interface Start extends CpuWindow {
  /** In milliseconds. */
  readonly answeredMs: number;
}

/** What this library adds to the start of an application. */
export interface StartFigures {
  readonly title: string;
  /** CPU milliseconds of the process without this library. */
  readonly floorMs: Spread;
  /** CPU milliseconds beyond the floor. */
  readonly beyondMs: Spread;
  /** The median time until the process was done, in milliseconds. */
  readonly answeredMs: number;
  /** The size of the bundle, and that of the floor's. */
  readonly bytes?: readonly [own: number, floor: number];
}

const [OURS, FLOOR] = ['ours', 'floor'];

function started(name: string, file: URL, ...args: string[]): Subject<Start> {
  return {
    name,
    measure: async () => {
      const process = await PinnedProcess.start(0, file, args);
      await process.stop();
      return process.hello as Start;
    },
  };
}

async function compared(
  title: string,
  ours: Subject<Start>,
  floor: Subject<Start>,
  rounds: number,
): Promise<StartFigures> {
  console.error(`start, ${title}`);
  await Promise.all([ours, floor].map(each => each.measure(0))); // its files are in the disk's cache then
  const measured = await pairedRounds([floor, ours], rounds, 0);
  const milliseconds = (micros: readonly number[]): Spread => spreadOf(micros.map(each => each / 1000));
  return {
    title,
    floorMs: milliseconds(cpuOf(measured, FLOOR)),
    beyondMs: milliseconds(beyond(measured, OURS, FLOOR)),
    answeredMs: median((measured.get(OURS) ?? []).flat().map(each => each.answeredMs)),
  };
}

/** Measures an import and a cold start, each in new processes. */
export async function measureStart(rounds: number): Promise<StartFigures[]> {
  const importing = new URL('import.process.js', import.meta.url);
  const [floor, guarded] = [await bundle('floor'), await bundle('guarded')];
  const upstream = await PinnedProcess.start(
    1,
    new URL('../guard-cost/upstream.process.js', import.meta.url),
  );
  try {
    const { url } = upstream.hello as { url: string };
    return [
      await compared(
        "import('nestjs-verification') beyond Nest, @nestjs/axios and class-validator",
        started(OURS, importing, 'library'),
        started(FLOOR, importing),
        rounds,
      ),
      {
        ...(await compared(
          'cold start: one bundled file, up to the answer to its first request',
          started(OURS, guarded.file, url),
          started(FLOOR, floor.file),
          rounds,
        )),
        bytes: [guarded.bytes, floor.bytes],
      },
    ];
  } finally {
    await upstream.stop();
  }
}
