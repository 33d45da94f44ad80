import { ProviderUnavailableError } from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { InMemoryStateStore } from './in-memory-state.store.js';
import type { StateStore } from './state.store.js';

/**
 * The one door to the store. A store that fails, does not answer in time, or answers what no store may, is an outage.
 * @throws ProviderUnavailableError from every operation.
 */
export class State {
  constructor(
    private readonly store: StateStore,
    /** How long the store may take, in milliseconds. */
    private readonly timeoutMs: () => number,
    /** The provider whose state it is, named in errors. */
    private readonly owner?: string,
    /** Tells the operator of a failure, where no provider's report does. */
    private readonly tell?: (message: string) => void,
  ) {}

  get(key: string): Promise<string | undefined> {
    return this.ask('get', async () => textIn(await this.store.get(key)));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.ask('set', () => this.store.set(key, value, ttlMs));
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.ask('setIfAbsent', async () => truthIn(await this.store.setIfAbsent(key, value, ttlMs)));
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return this.ask('increment', async () => countIn(await this.store.increment(key, ttlMs)));
  }

  delete(key: string): Promise<void> {
    return this.ask('delete', () => this.store.delete(key));
  }

  private async ask<T>(name: keyof StateStore, operation: () => Promise<T>): Promise<T> {
    try {
      // A store in memory is never late.
      const isPrompt = this.store[name] === InMemoryStateStore.prototype[name];
      return await (isPrompt ? operation() : this.inTime(operation));
    } catch (error) {
      const message = 'the state store failed';
      this.tell?.(message);
      throw new ProviderUnavailableError(this.owner, message, { cause: redact(error) });
    }
  }

  private async inTime<T>(operation: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error('timeout'));
      }, this.timeoutMs());
    });
    try {
      return await Promise.race([operation(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Many clients say `null` for a key that is not there. */
function textIn(answer: unknown): string | undefined {
  if (answer === undefined || answer === null) return undefined;
  return typeof answer === 'string' ? answer : unexpected();
}

function truthIn(answer: unknown): boolean {
  return typeof answer === 'boolean' ? answer : unexpected();
}

function countIn(answer: unknown): number {
  return Number.isSafeInteger(answer) && (answer as number) > 0 ? (answer as number) : unexpected();
}

function unexpected(): never {
  throw new TypeError('no answer of a state store');
}
