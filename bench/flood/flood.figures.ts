import { askOnce } from '../pinned.process.js';
import type { Flood, FloodReport } from './flood.process.js';

/** Honest visitors in a flood of strangers. */
export interface FloodFigures extends Flood, FloodReport {}

/** Ten kinds of state with 100,000 places each, at half a kilobyte. */
export const MOST_MEGABYTES = 512;
const FLOOD: Flood = { strangers: 110_000, strangersEach: 500, strangersMeanwhile: 20_000 };

/** Floods the store in memory of an application in a new process. */
export async function measureFlood(): Promise<FloodFigures> {
  console.error('scale-flood');
  const file = new URL('flood.process.js', import.meta.url);
  return { ...FLOOD, ...(await askOnce<FloodReport>(0, file, [], FLOOD)) };
}
