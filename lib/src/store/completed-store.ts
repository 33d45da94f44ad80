import { StateStore } from './state.store.js';

const OPERATIONS = [
  'get',
  'set',
  'setIfAbsent',
  'increment',
  'delete',
  'take',
  'put',
  'entries',
  'clearRecord',
  'readRecord',
  'putUnlessCleared',
] as const satisfies readonly (keyof StateStore)[];

/** A store with every operation, made of one that need not extend `StateStore`: what it lacks has the defaults. */
export function completedStore(store: StateStore): StateStore {
  const lacks = (name: keyof StateStore): boolean => typeof (store[name] as unknown) !== 'function';
  if (!OPERATIONS.some(lacks)) return store;
  const whole = Object.create(StateStore.prototype) as StateStore;
  for (const name of OPERATIONS) {
    if (lacks(name)) continue;
    const own = Reflect.get(store, name) as (...args: unknown[]) => unknown;
    const value = (...args: unknown[]): unknown => own.apply(store, args);
    Object.defineProperty(whole, name, { value });
  }
  return whole;
}
