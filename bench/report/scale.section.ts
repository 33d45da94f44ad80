import type { Spread } from '../statistics/spread.js';
import type { Figures } from './figures.js';
import { figure, range, table } from './markdown-table.js';

/** A count of whole things is the same in most rounds. */
function count({ low, high }: Spread): string {
  return low === high ? figure(low, 0) : `${figure(low, 0)} .. ${figure(high, 0)}`;
}

/** Two instances on one Redis. */
export function loadSection({ load }: Figures): string {
  if (load === undefined) return '';
  const { clients, delayMs, requestsPerSecond, steps } = load;
  const head = [
    'request',
    'round trips in a row, at most',
    'commands each',
    'p50 ms',
    'p99 ms',
    'spread of p99',
  ];
  const rows = steps.map(({ step, mostInARow, commandsEach, p50, p99 }) => [
    step,
    count(mostInARow),
    figure(commandsEach.median, 1),
    figure(p50.median, 0),
    figure(p99.median, 0),
    range(p99, 0),
  ]);
  return `## Two instances on one Redis

One instance runs on Express, the other on Fastify. Every byte takes ${delayMs} ms to Redis, and ${delayMs} ms back. ${clients} clients send each request to one or the other and pause between requests, so that there are ${figure(requestsPerSecond.median, 0)} requests per second. Commands that are under way together are one round trip.

${table(head, rows)}
`;
}

/** An instance that is killed. */
export function crashSection({ crash }: Figures): string {
  if (crash === undefined) return '';
  const { clients, requests, broken, passed, unsure } = crash;
  return `## One of two instances is killed

An instance gets SIGKILL in the middle of ${range(requests, 0)} requests of ${clients} clients, which go on with the other one and send again what broke (${range(broken, 0)} requests). At the end every used proof is tried again, and everybody who is remembered comes back. ${range(passed, 0)} proofs and codes passed. ${range(unsure, 0)} visitors sent a proof again and were refused, because the killed instance had used it.
`;
}

/** Honest visitors in a flood. */
export function floodSection({ flood }: Figures): string {
  if (flood === undefined) return '';
  const { keys, strangers, strangersEach, strangersMeanwhile, megabytes, honest, refused, strangersRefused } =
    flood;
  return `## Honest visitors in a flood

${strangers} strangers ask for codes, guess wrong, begin logins and pass with proofs, which is ${keys} keys in the memory store. For every ${strangersEach} of them, an honest visitor asks for a code, begins a login and brings a proof. The visitor types the code and comes back after ${strangersMeanwhile} more strangers. Of ${honest} things that honest visitors did, ${refused} were refused. The store took ${figure(megabytes, 0)} MB. The strangers filled a route that lets a proof pass once; ${strangersRefused} of them were refused there.
`;
}
