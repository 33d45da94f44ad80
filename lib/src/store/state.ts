import { ProviderUnavailableError } from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { inTime } from './in-time.js';
import { InMemoryStateStore } from './in-memory-state.store.js';
import { stateKey } from './state-key.js';
import type { Bucket, StateStore, StoredRecord } from './state.store.js';
import { countIn, entriesIn, recordIn, textIn, truthIn, waitIn } from './store-answer.js';

/** The life of a probe in the store, in milliseconds. */
const PROBE_MS = 1000;

/** One from a bucket, or the time to wait for it. */
export type Taken =
  /** `giveBack` where it was used for nothing; never throws. */
  | { readonly waitMs: 0; readonly giveBack: () => Promise<void> }
  | { readonly waitMs: number; readonly giveBack?: undefined };

/**
 * The one door to the store. A store that fails, does not answer in time, or answers what no store may, is an outage.
 * A value, or one from a bucket, that comes into effect after its time is undone.
 * @throws ProviderUnavailableError from every operation.
 */
export class State {
  constructor(
    /** Has every operation; see `completedStore`. */
    private readonly store: StateStore,
    /** The time that the store may take for one operation, in milliseconds. */
    private readonly timeoutMs: number,
    /** Tells the operator of a failure. */
    private readonly tell: (operation: string, owner: string | undefined, error: unknown) => void,
    /** The provider whose state it is, named in errors. */
    private readonly owner?: string,
    /** When the invocation ends, by `performance.now()`. */
    private readonly deadline = Infinity,
  ) {}

  /** The same state for one question about a provider, which must be answered by `deadline`. */
  for(owner: string | undefined, deadline?: number): State {
    return new State(this.store, this.timeoutMs, this.tell, owner, deadline);
  }

  get(key: string): Promise<string | undefined> {
    return this.ask('get', () => this.store.get(key), textIn);
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.ask(
      'set',
      () => this.store.set(key, value, ttlMs),
      nothing,
      // A value that somebody has set since stays.
      async () => {
        if ((await this.store.get(key)) === value) await this.store.delete(key);
      },
    );
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.ask(
      'setIfAbsent',
      () => this.store.setIfAbsent(key, value, ttlMs),
      truthIn,
      stored => (stored === true ? this.store.delete(key) : undefined),
    );
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return this.ask('increment', () => this.store.increment(key, ttlMs), countIn);
  }

  delete(key: string): Promise<void> {
    return this.ask('delete', () => this.store.delete(key), nothing);
  }

  /** Takes one from a bucket. */
  async take(bucket: Bucket): Promise<Taken> {
    const giveBack = () => this.store.take(bucket, -1);
    const waitMs = await this.ask(
      'take',
      () => this.store.take(bucket, 1),
      waitIn,
      wait => (wait === 0 ? giveBack() : undefined),
    );
    if (waitMs > 0) return { waitMs };
    return {
      waitMs: 0,
      giveBack: () => this.seeThrough(this.for(this.owner).ask('take', giveBack, waitIn)),
    };
  }

  /** Milliseconds until one could be taken from a bucket; 0 when it can now. */
  waitFor(bucket: Bucket): Promise<number> {
    return this.ask('take', () => this.store.take(bucket, 0), waitIn);
  }

  put(key: string, name: string, value: string, ttlMs: number): Promise<void> {
    return this.ask('put', () => this.store.put(key, name, value, ttlMs), nothing);
  }

  entries(key: string): Promise<ReadonlyMap<string, string>> {
    return this.ask('entries', () => this.store.entries(key), entriesIn);
  }

  clear(...record: Parameters<StateStore['clearRecord']>): Promise<void> {
    return this.ask('clearRecord', () => this.store.clearRecord(...record), nothing);
  }

  record(key: string): Promise<StoredRecord> {
    return this.ask('readRecord', () => this.store.readRecord(key), recordIn);
  }

  /** `late` follows where the entry comes into effect after its time. */
  putUnlessCleared(
    entry: Parameters<StateStore['putUnlessCleared']>,
    late?: () => Promise<void>,
  ): Promise<void> {
    return this.ask('putUnlessCleared', () => this.store.putUnlessCleared(...entry), nothing, late);
  }

  /** Waits for work that may outlast the deadline, such as giving back. It stops waiting at the deadline, and never throws. */
  async seeThrough(work: Promise<unknown>): Promise<void> {
    const done = work.then(nothing, nothing);
    if (this.deadline === Infinity) return done;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, Math.max(this.deadline - performance.now(), 0)).unref();
    });
    await Promise.race([done, late]);
    clearTimeout(timer);
  }

  /** Uses every operation once, beside what is kept; tells of the first that fails, and whether none did. */
  async probe(): Promise<boolean> {
    const failures: [operation: string, error: unknown][] = [];
    const quiet = new State(this.store, this.timeoutMs, (operation, _, error) =>
      failures.push([operation, error]),
    );
    const key = (name: string) => stateKey('', 'probe', name);
    await Promise.allSettled([
      quiet.set(key('value'), '1', PROBE_MS),
      quiet.get(key('value')),
      quiet.delete(key('value')),
      quiet.setIfAbsent(key('once'), '1', PROBE_MS),
      quiet.increment(key('count'), PROBE_MS),
      quiet.take({ key: key('bucket'), capacity: 1, refillMs: PROBE_MS }),
      quiet.put(key('named'), 'name', '1', PROBE_MS),
      quiet.entries(key('named')),
      quiet.clear(key('record'), 'mark', PROBE_MS),
      quiet.putUnlessCleared([key('record'), 'mark', ['name', '1'], PROBE_MS]),
      quiet.record(key('record')),
    ]);
    const [first] = failures;
    if (first !== undefined) this.tell(first[0], this.owner, first[1]);
    return first === undefined;
  }

  /** `read` refuses what is no answer of a store. `undo` gets an answer that came too late, as it is. */
  private async ask<T>(
    name: keyof StateStore,
    operation: () => Promise<unknown>,
    read: (answer: unknown) => T,
    undo?: (answer: unknown) => Promise<unknown> | undefined,
  ): Promise<T> {
    try {
      // A store in memory is never late.
      const isPrompt = this.store[name] === InMemoryStateStore.prototype[name];
      return read(await (isPrompt ? operation() : inTime(operation, undo, this.timeoutMs, this.deadline)));
    } catch (error) {
      this.tell(name, this.owner, error);
      throw new ProviderUnavailableError(this.owner, 'the state store failed', { cause: redact(error) });
    }
  }
}

function nothing(): void {}
