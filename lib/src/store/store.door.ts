import { ProviderUnavailableError } from '../errors/verification.error.js';
import { redact } from '../errors/redact.js';
import { InMemoryStateStore } from './in-memory.state-store.js';
import type { StateStore } from './state.store.js';

/**
 * The one door to the state. A store that fails, does not answer in time, or answers what no store may, is an outage.
 * @throws ProviderUnavailableError from every operation.
 */
export class StoreDoor {
  constructor(
    private readonly store: StateStore,
    /** How long the store may take, in milliseconds. */
    private readonly timeoutMs: () => number,
    /** Whose state it is, named in errors; or who tells the operator, where no provider's report does. */
    private readonly owner: string | ((message: string) => void),
  ) {}

  get(key: string): Promise<string | undefined> {
    return this.ask(async () => textIn(await this.store.get(key)));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.ask(() => this.store.set(key, value, ttlMs));
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.ask(async () => truthIn(await this.store.setIfAbsent(key, value, ttlMs)));
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return this.ask(async () => countIn(await this.store.increment(key, ttlMs)));
  }

  delete(key: string): Promise<void> {
    return this.ask(() => this.store.delete(key));
  }

  private async ask<T>(operation: () => Promise<T>): Promise<T> {
    try {
      // What is in memory is never late.
      return await (this.store instanceof InMemoryStateStore ? operation() : this.inTime(operation));
    } catch (error) {
      const message = 'the state store failed';
      const { owner } = this;
      if (typeof owner === 'function') owner(message);
      throw new ProviderUnavailableError(typeof owner === 'string' ? owner : undefined, message, {
        cause: redact(error),
      });
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

/** What is not there is `null` to many clients. */
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
