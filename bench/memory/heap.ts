/** Memory in use after garbage collection, in bytes; the process needs `--expose-gc`. */
export async function memoryInUse(): Promise<{ heap: number; rss: number }> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await pause(25);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
