import { keyBeside } from './state-key.js';
import { entriesIn, textIn, truthIn } from './store-answer.js';
import type { StoredRecord } from './stored-record.js';

// Records that can be cleared, made of the operations that every store has: the mark is beside the entries.
interface Store {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  put(key: string, name: string, value: string, ttlMs: number): Promise<void>;
  entries(key: string): Promise<ReadonlyMap<string, string>>;
}

const markOf = (key: string): string => keyBeside(key, 'mark');

/** Forgets the entries. Whoever read the record before this puts nothing more into it. */
export async function clearRecord(store: Store, key: string, mark: string, ttlMs: number): Promise<void> {
  // First: what is put from here on sees it. Not by `set` alone, which a full store may lose.
  const isFirst = truthIn(await store.setIfAbsent(markOf(key), mark, ttlMs));
  if (!isFirst) await store.set(markOf(key), mark, ttlMs);
  await store.delete(key);
}

export async function readRecord(store: Store, key: string): Promise<StoredRecord> {
  const [mark, entries] = await Promise.all([store.get(markOf(key)), store.entries(key)]);
  return { mark: textIn(mark), entries: entriesIn(entries) };
}

/** Puts an entry, and takes all back where the record was cleared since `mark` was read. */
export async function putUnlessCleared(
  store: Store,
  key: string,
  mark: string | undefined,
  [name, value]: readonly [string, string],
  ttlMs: number,
): Promise<void> {
  await store.put(key, name, value, ttlMs);
  // Not before it is put: whoever clears after the mark was read deletes what was put.
  const isCleared = await store.get(markOf(key)).then(
    now => (textIn(now) ?? mark) !== mark,
    () => true,
  );
  if (isCleared) await store.delete(key);
}
