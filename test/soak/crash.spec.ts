import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { crash } from '../../bench/scale/crash.js';
import { GUESSES } from '../../bench/scale/scale.application.js';
import { describeWithRedis } from '../support/redis-server.js';
import { BenchBuild } from './bench-build.js';

describeWithRedis('two instances on one Redis, of which one is killed under load', () => {
  let build: BenchBuild;
  beforeAll(() => {
    build = new BenchBuild();
  });
  afterAll(() => {
    build.remove();
  });

  it.each([
    ['Express', 0],
    ['Fastify', 1],
  ] as const)(
    '%s dies: no proof and no code passes twice, no guess is free, and nobody is forgotten',
    async (_, victim) => {
      const { instance } = build;
      const report = await crash({ clients: 40, journeys: 140, delayMs: 1, victim, instance });
      expect(report.broken).toBeGreaterThan(0); // it died in the middle
      expect(report.passed).toBeGreaterThan(0);
      expect(report.passedTwice).toEqual([]);
      expect(report.wronglyPassed).toEqual([]);
      expect(report.wronglyRefused).toEqual([]);
      expect(report.mostGuesses).toBe(GUESSES);
    },
    60_000,
  );
});
