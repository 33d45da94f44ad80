import { SOAK_DEADLINE_MS, type SoakReport } from './soak.js';

/** The page with the result of a long soak that held. */
export function resultsPage(report: SoakReport, command: string): string {
  const { instances, failovers, faults, accepted, lost } = report;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const each = (figure: (instance: SoakReport['instances'][number]) => string): string =>
    instances.map(instance => `${instance.transport}: ${figure(instance)}`).join('; ');
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ') || 'none';
  const rows: readonly (readonly [string, string])[] = [
    ['length', `${report.seconds.toFixed(0)} s`],
    ['requests', `${String(report.requests)}, of which ${String(sum(accepted))} were let through`],
    ['faulty replies of providers', String(sum(faults))],
    ['failovers of Redis', list(failovers)],
    ['let through against the rules', String(report.wrong.length)],
    ['let through because Redis lost a confirmed write', list(lost)],
    [
      'answered after the deadline',
      `${each(({ late }) => String(late.length))} (what a busy event loop explains left out)`,
    ],
    [`longer than ${String(SOAK_DEADLINE_MS + 100)} ms in all`, each(({ slow }) => String(slow))],
    ['slowest', each(({ slowestMs }) => `${slowestMs.toFixed(0)} ms`)],
    ['longest delay of the event loop', each(({ loopDelayMs }) => `${loopDelayMs.toFixed(0)} ms`)],
    [
      'slowest for a client',
      `${report.slowestClientMs.toFixed(0)} ms, with a delay of its own event loop of up to ${report.clientLoopDelayMs.toFixed(0)} ms`,
    ],
    [
      'heap after GC',
      each(({ heap }) => `${heap.map(({ bytes }) => (bytes / 2 ** 20).toFixed(1)).join(' ')} MiB`),
    ],
    [
      'growth of the heap in 10,000 requests',
      each(({ heapSlope }) => `${(heapSlope / 1024).toFixed(0)} KiB`),
    ],
    [
      'connections to providers',
      `at most ${String(report.mostSockets)}, afterwards ${String(report.socketsAfterwards)}`,
    ],
  ];
  return `# Soak

${String(report.clients)} clients ask two instances, one per transport, which share one Redis. Three in ten replies of the providers are faulty, and
Redis fails over again and again: as planned, by a crash, by a crash after its replica was cut off for 300 ms, and by a primary that hangs for two seconds.
Node ${process.version}, made with \`${command}\`.

| figure | value |
|---|---|
${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}
`;
}
