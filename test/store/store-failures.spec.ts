import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryStateStore, type StateStore } from 'nestjs-verification';
import { errorWord } from '../../lib/src/store/error-word.js';
import { State } from '../../lib/src/store/state.js';
import { StoreFailures } from '../../lib/src/store/store-failures.js';
import { lineOf } from '../../lib/src/events/log-line.js';

const coded = (code: unknown, message = 'secret') => Object.assign(new Error(message), { code });

it.each([
  ['of a system', coded('ECONNREFUSED'), 'ECONNREFUSED'],
  ['of another client', coded('UND_ERR_SOCKET'), 'UND_ERR_SOCKET'],
  ['of Redis', new Error("READONLY You can't write against a read only replica."), 'READONLY'],
  ['of Redis, and nothing else', new Error('NOPERM'), 'NOPERM'],
  [
    'of an older Redis in a script',
    new Error("ERR Error running script (call to f_1): @user_script:2: -READONLY You can't write"),
    'READONLY',
  ],
  ['of a cause', new Error('secret', { cause: coded('ENOTFOUND') }), 'ENOTFOUND'],
  ['of a connection tried twice', new AggregateError([coded('ETIMEDOUT'), coded('EPIPE')]), 'ETIMEDOUT'],
  [
    'of a cluster',
    Object.assign(new Error('all failed'), { lastNodeError: coded('EHOSTDOWN') }),
    'EHOSTDOWN',
  ],
  ['none, of a message', new Error('SECRET is what somebody stored'), undefined],
  ['none, of a word of Redis in a value', new Error('SECRET:READONLY'), undefined],
  ['none, of a code that is text', coded('the secret'), undefined],
  ['none, of a code in lower case', coded('secret'), undefined],
  ['none, of a number', coded(42), undefined],
  ['none, of an endless code', coded('A'.repeat(65)), undefined],
  ['none, of a code with a line break', coded('OOM\nFORGED'), undefined],
  ['none, of a text', 'READONLY', undefined],
  ['none, of nothing', undefined, undefined],
])('the word %s', (_, error, word) => {
  expect(errorWord(error)).toBe(word);
});

it('an error that is its own cause has no word, and an end', () => {
  const error = new Error('secret');
  error.cause = error;
  expect(errorWord(error)).toBeUndefined();
});

describe('lines about the store', () => {
  let time: number;
  let lines: string[];
  let failures: StoreFailures;

  beforeEach(() => {
    time = 5;
    lines = [];
    const warn: ConstructorParameters<typeof StoreFailures>[0]['warn'] = (...line) =>
      lines.push(lineOf(line[0], line[1], line[2] ?? {}));
    failures = new StoreFailures({ warn }, () => time);
  });

  it('are one in ten seconds for an operation and its owner, and the next one says how many were left out', () => {
    for (let index = 0; index < 50; index++) failures.tell('take', 'engagelab', coded('READONLY'));
    expect(lines).toEqual([
      'the state store failed [verification.store_failed provider=engagelab operation=take error=READONLY]',
    ]);
    failures.tell('take', 'checkify', coded('READONLY'));
    failures.tell('get', 'engagelab', coded('READONLY'));
    failures.tell('get', undefined, new Error('secret'));
    expect(lines.splice(0)).toHaveLength(4);
    time += 9_999;
    failures.tell('take', 'engagelab', coded('READONLY'));
    expect(lines).toEqual([]);
    time += 1;
    failures.tell('take', 'engagelab', coded('ECONNREFUSED'));
    failures.tell('get', undefined, new Error('secret'));
    expect(lines.splice(0)).toEqual([
      'the state store failed [verification.store_failed provider=engagelab operation=take error=ECONNREFUSED leftOut=50]',
      'the state store failed [verification.store_failed operation=get]',
    ]);
    time += 10_000;
    failures.tell('take', 'engagelab', coded('ECONNREFUSED'));
    expect(lines).toEqual([expect.not.stringContaining('leftOut')]);
  });

  const OPERATIONS: Readonly<Record<keyof StateStore, (state: State) => Promise<unknown>>> = {
    get: state => state.get('k'),
    set: state => state.set('k', 'v', 1000),
    setIfAbsent: state => state.setIfAbsent('k', 'v', 1000),
    increment: state => state.increment('k', 1000),
    delete: state => state.delete('k'),
    take: state => state.take({ key: 'k', capacity: 1, refillMs: 1000 }),
    put: state => state.put('k', 'a', 'v', 1000),
    entries: state => state.entries('k'),
    clearRecord: state => state.clear('k', 'mark', 1000),
    readRecord: state => state.record('k'),
    putUnlessCleared: state => state.putUnlessCleared(['k', 'mark', ['a', 'v'], 1000]),
  };
  const stateOf = (store: StateStore): State =>
    new State(store, 50, (...failure) => {
      failures.tell(...failure);
    });

  describe.each(Object.keys(OPERATIONS) as (keyof StateStore)[])('are there when %s', operation => {
    const failing: [string, () => unknown, string][] = [
      ['is refused', () => Promise.reject(coded('READONLY')), ' error=READONLY'],
      [
        'fails at once',
        () => {
          throw coded('EPIPE');
        },
        ' error=EPIPE',
      ],
      ['answers never', () => new Promise(() => undefined), ' error=TIMEOUT'],
    ];
    // The others say nothing.
    if (!['set', 'delete', 'put', 'clearRecord', 'putUnlessCleared'].includes(operation))
      failing.push([
        'answers what no store may',
        () => Promise.resolve(Symbol('secret')),
        ' error=WRONG_TYPE',
      ]);
    it.each(failing)('%s', async (_, fail, word) => {
      const store = Object.assign(new InMemoryStateStore(), { [operation]: fail });
      const asked = OPERATIONS[operation](stateOf(store).for('acme'));
      await expect(asked).rejects.toMatchObject({ code: 'provider_unavailable', provider: 'acme' });
      expect(lines).toEqual([
        `the state store failed [verification.store_failed provider=acme operation=${operation}${word}]`,
      ]);
      await expect(stateOf(store).probe()).resolves.toBe(false);
      expect(lines).toEqual([
        expect.anything(),
        `the state store failed [verification.store_failed operation=${operation}${word}]`,
      ]);
    });
  });

  it('tell a deadline from a store that is late', async () => {
    const store = Object.assign(new InMemoryStateStore(), { get: () => new Promise(() => undefined) });
    const state = stateOf(store);
    await expect(state.for('acme', performance.now() + 10).get('k')).rejects.toThrow();
    expect(lines).toEqual([expect.stringContaining('error=DEADLINE')]);
  });

  it.each(['take', 'setIfAbsent'] as const)(
    'are all that a late %s leaves behind where the store cannot undo it and says so at once',
    async operation => {
      const rejections: unknown[] = [];
      const note = (reason: unknown): unknown => rejections.push(reason);
      const gone = (): never => {
        throw coded('EPIPE');
      };
      let arrive: (answer: unknown) => void = () => undefined;
      const late = new Promise(resolve => (arrive = resolve));
      const store = Object.assign(new InMemoryStateStore(), {
        take: (_: unknown, count: number) => (count === 1 ? late : gone()),
        setIfAbsent: () => late,
        delete: gone,
      });
      await expect(OPERATIONS[operation](stateOf(store))).rejects.toThrow();
      process.on('unhandledRejection', note);
      arrive(operation === 'take' ? 0 : true);
      await setImmediate();
      process.off('unhandledRejection', note);
      expect(rejections).toEqual([]);
    },
  );

  it('are none while the store works', async () => {
    const state = stateOf(new InMemoryStateStore());
    for (const ask of Object.values(OPERATIONS)) await ask(state).catch(() => undefined);
    await state.delete('k');
    lines.length = 0;
    await expect(state.probe()).resolves.toBe(true);
    expect(lines).toEqual([]);
  });

  it('are there for a full store in memory, of the area that is full alone', async () => {
    const state = stateOf(new InMemoryStateStore({ maxEntries: 1 }));
    await state.setIfAbsent('a', 'v', 1000);
    await expect(state.setIfAbsent('b', 'v', 1000)).rejects.toThrow();
    expect(lines).toEqual([expect.stringContaining('operation=setIfAbsent error=FULL')]);
  });
});
