import { askOnce } from '../pinned.process.js';
import type { StoreCost } from './store.process.js';

const FLOOD_KEYS = 1_000_000;

/** Floods the state store in memory in a new process. */
export function measureStore(): Promise<StoreCost> {
  console.error('store');
  return askOnce(0, new URL('store.process.js', import.meta.url), [], { keys: FLOOD_KEYS });
}
