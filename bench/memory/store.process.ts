import { InMemoryStateStore } from 'nestjs-verification';
import { answerWith } from '../pinned.process.js';
import { memoryInUse } from './heap.js';

/** The effect of a flood of keys on the state store in memory. */
export interface StoreCost {
  readonly keys: number;
  readonly megabytes: number;
  readonly microsEach: number;
  /** Counters that were refused because the store was full. */
  readonly refused: number;
}

/** Distinct keys, half of them granted values and half counters. */
async function flood(keys: number): Promise<StoreCost> {
  const store = new InMemoryStateStore();
  const before = await memoryInUse();
  const startedAt = performance.now();
  let refused = 0;
  for (let index = 0; index < keys; index += 2) {
    await store.set(`granted-${index}`, 'value', 600_000);
    await store.increment(`counted-${index}`, 600_000).catch(() => refused++);
  }
  const microsEach = ((performance.now() - startedAt) * 1000) / keys;
  const after = await memoryInUse();
  const kept = await store.get(`granted-${keys - 2}`);
  if (kept === undefined) throw new Error('the youngest value is lost');
  return { keys, megabytes: (after.heap - before.heap) / 2 ** 20, microsEach, refused };
}

answerWith({}, message => flood((message as { keys: number }).keys));
