import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from '../../lib/src/http/breaker.js';

describe('a circuit breaker', () => {
  let now: number;
  let states: CircuitBreaker['standing'][];
  let breaker: CircuitBreaker;

  beforeEach(() => {
    now = 1000;
    states = [];
    breaker = new CircuitBreaker(
      { failures: 3, coolDownMs: 500 },
      state => states.push(state),
      () => now,
    );
  });

  function fail(times: number): void {
    for (let i = 0; i < times; i++) breaker.record(true);
  }

  it('opens after that many failures in a row, and tells once', () => {
    fail(2);
    expect(breaker.admit()).toBe(0);
    fail(1);
    expect(breaker.admit()).toBe(500);
    fail(5);
    expect(states).toEqual(['open']);
  });

  it('starts counting anew after an answer', () => {
    fail(2);
    breaker.record(false);
    fail(2);
    expect(breaker.admit()).toBe(0);
  });

  it('says how long it stays open', () => {
    fail(3);
    now += 200;
    expect(breaker.waitMs()).toBe(300);
    expect(breaker.admit()).toBe(300);
  });

  it('lets one call try after the cool-down, and nobody else meanwhile', () => {
    fail(3);
    now += 500;
    expect([breaker.admit(), breaker.admit(), breaker.admit()]).toEqual([0, 500, 500]);
    expect(states).toEqual(['open', 'half_open']);
  });

  it('does not take a look for a try', () => {
    fail(3);
    now += 500;
    expect([breaker.waitMs(), breaker.waitMs(), breaker.admit()]).toEqual([0, 0, 0]);
  });

  it('closes when the try is answered', () => {
    fail(3);
    now += 500;
    breaker.admit();
    breaker.record(false);
    expect([breaker.admit(), breaker.admit()]).toEqual([0, 0]);
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  it('opens again, at the first failure, when the try is not answered', () => {
    fail(3);
    now += 500;
    breaker.admit();
    breaker.record(true);
    expect(breaker.admit()).toBe(500);
    expect(states).toEqual(['open', 'half_open', 'open']);
  });

  it('lets another try when one got lost', () => {
    fail(3);
    now += 500;
    breaker.admit();
    now += 500;
    expect(breaker.admit()).toBe(0);
  });

  it('is not kept open longer by calls that were under way when it opened', () => {
    fail(3);
    now += 400;
    fail(1);
    expect(breaker.waitMs()).toBe(100);
  });

  it('tells where it stands for the next call, and looking changes nothing', () => {
    const standing = (): string => breaker.standing;
    expect(standing()).toBe('closed');
    fail(3);
    expect(standing()).toBe('open');
    now += 500;
    expect([standing(), standing()]).toEqual(['half_open', 'half_open']);
    expect(states).toEqual(['open']);
    breaker.admit();
    expect(standing()).toBe('half_open');
    breaker.record(false);
    expect(standing()).toBe('closed');
  });

  it('while it is open, refuses evidence that failed, and lets other evidence probe', () => {
    for (const odd of ['a', 'b', 'c']) breaker.record(true, odd);
    expect(states).toEqual(['open']);
    expect(['a', 'b', 'c', 'd'].map(each => breaker.admit(each))).toEqual([500, 500, 500, 0]);
    breaker.record(true, 'd');
    expect([breaker.admit('d'), breaker.admit('e')]).toEqual([500, 0]);
    expect(states).toEqual(['open']);
    breaker.record(false, 'e');
    expect(['a', 'e'].map(each => breaker.admit(each))).toEqual([0, 0]);
    expect(states).toEqual(['open', 'closed']);
  });

  it('takes calls without evidence, such as a start, for one', () => {
    for (const odd of ['a', 'b', 'c']) breaker.record(true, odd);
    expect(breaker.admit()).toBe(0);
    breaker.record(true);
    expect(breaker.admit()).toBe(500);
  });

  it('remembers no more failed evidence than it must', () => {
    for (let i = 0; i < 5000; i++) breaker.record(true, String(i));
    expect([breaker.admit('0'), breaker.admit('4999')]).toEqual([500, 0]);
  });

  it('forgives evidence that failed once the provider answers', () => {
    for (const odd of ['a', 'b', 'c']) breaker.record(true, odd);
    breaker.record(false, 'd');
    for (const odd of 'efghijklmnop') breaker.record(true, odd); // it tolerates more after that success
    expect([breaker.admit('a'), breaker.admit('e')]).toEqual([0, 500]);
  });
});
