import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chart } from './chart.js';
import { measureGuardCost } from './guard-cost/guard-cost.js';
import { VARIANTS } from './guard-cost/variant.js';
import { measureGuardOnly } from './guard-only.js';
import { measureStore, measureWaiting } from './memory.js';
import { bars, noise, page } from './report.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { quick } = values;
const effort = quick
  ? { rounds: 2, connections: [50], milliseconds: 300, warmUpRequests: 1000 }
  : { rounds: 9, connections: [1, 50, 200], milliseconds: 500, warmUpRequests: 6_000 };

/** A run whose control is further off says nothing about the rest. */
const MOST_NOISE = 0.2;

// Compiled into dist/bench; what it writes belongs beside the sources.
const beside = (name: string): string => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));

/** Whether the libraries we compare with are there, installed now if need be. */
function hasPeers(): boolean {
  if (existsSync(beside('peers/node_modules/@nestlab/google-recaptcha'))) return true;
  console.log('installing the libraries we compare with into bench/peers');
  const command = ['install', '--no-package-lock', '--no-audit', '--no-fund'];
  return spawnSync('npm', command, { cwd: beside('peers'), stdio: 'inherit' }).status === 0;
}

const withPeers = hasPeers();
if (!withPeers) console.log('they cannot be installed here: going on without them');

const guardOnly = await measureGuardOnly(quick ? 3 : 9, quick ? 3000 : 10_000);
const waiting = [
  await measureWaiting('axios', 10_000, quick ? 4000 : 8000),
  await measureWaiting('undici', 10_000, quick ? 4000 : 8000),
];
const store = await measureStore(1_000_000);
const guardCost = await measureGuardCost(
  VARIANTS.filter(({ peer }) => withPeers || peer !== true),
  effort,
);

const error = noise(guardCost);
const control = `Control: an undecorated route and no guard at all were ${(error * 100).toFixed(0)} % apart at worst.\n`;
const result = `${page({ effort, guardCost, guardOnly, waiting, store })}\n${control}`;
console.log(result);
if (quick) {
  console.log('--quick: too short to be kept');
} else if (error > MOST_NOISE) {
  console.log('not kept: the machine is busy, or routes without a demand pay for the guard');
  process.exitCode = 1;
} else {
  writeFileSync(beside('results.md'), result);
  writeFileSync(
    beside('chart.svg'),
    chart('What the guard adds to a request, 50 connections (less is better)', 'µs CPU', bars(guardCost)),
  );
}
process.exit();
