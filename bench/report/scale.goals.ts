import { MOST_MEGABYTES } from '../flood/flood.figures.js';
import { MOST_ROUND_TRIPS } from '../scale/load.figures.js';
import { spreadOf } from '../statistics/spread.js';
import { verdictOfCount } from '../statistics/verdict.js';
import type { Figures } from './figures.js';
import type { Goal } from './goals.section.js';

/** The goals of several instances, and of a flood. */
export function scaleGoals({ load, crash, flood }: Figures): Goal[] {
  const trips = load && {
    title: `round trips to Redis in a row, the most of ${load.steps.length} kinds of request (${load.worst.step})`,
    spread: load.worst.mostInARow,
    digits: 0,
    atMost: MOST_ROUND_TRIPS,
    verdict: load.verdict,
  };
  const killed = (crash?.goals ?? []).map(({ title, count, atMost, verdict }) => ({
    title: `${title}, when one of two instances is killed`,
    spread: count,
    digits: 0,
    atMost,
    verdict,
  }));
  const flooded = flood && [
    {
      title: `honest visitors refused in a flood of ${flood.keys} keys`,
      spread: spreadOf([flood.refused]),
      digits: 0,
      atMost: 0,
      verdict: verdictOfCount(flood.refused, 0),
    },
    {
      title: `megabytes that the memory store takes in a flood of ${flood.keys} keys`,
      spread: spreadOf([flood.megabytes]),
      digits: 0,
      atMost: MOST_MEGABYTES,
      verdict: verdictOfCount(flood.megabytes, MOST_MEGABYTES),
    },
  ];
  return [...(trips === undefined ? [] : [trips]), ...killed, ...(flooded ?? [])];
}
