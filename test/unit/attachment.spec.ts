import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { attachment } from '../../lib/src/contract/attachment.js';

describe('an attachment', () => {
  const notes = attachment<string>();

  it.each<[string, object]>([
    ['an object', {}],
    ['a frozen object', Object.freeze({ a: 1 })],
    ['an object without prototype', Object.create(null) as object],
    ['a proxy', new Proxy({}, {})],
    [
      'a proxy that refuses everything',
      new Proxy({}, { get: refuse, set: refuse, has: refuse, defineProperty: refuse }),
    ],
    ['an array', []],
    ['a function', () => undefined],
  ])('of %s is kept, replaced, and seen by nobody', (_, object) => {
    expect(notes.of(object)).toBeUndefined();
    notes.attach(object, 'first');
    expect(notes.of(object)).toBe('first');
    notes.attach(object, 'second');
    expect(notes.of(object)).toBe('second');
    expect(Reflect.ownKeys(object).filter(key => key !== 'a' && key !== 'length' && key !== 'name')).toEqual(
      [],
    );
    expect(inspect(object, { showHidden: true, showProxy: true })).not.toContain('second');
  });

  it('belongs to one object and one kind', () => {
    const [first, second] = [{}, {}];
    const others = attachment<string>();
    notes.attach(first, 'mine');
    expect([notes.of(second), others.of(first)]).toEqual([undefined, undefined]);
    expect([notes.of(Object.create(first) as object), notes.of({ ...first })]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

function refuse(): never {
  throw new Error('not for you');
}
