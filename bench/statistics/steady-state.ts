/** When a warm-up ends. */
export interface WarmUp {
  readonly seconds: number;
  /** The change between two windows in a row that counts as steady, as a share. */
  readonly atMostChange: number;
  readonly atLeastWindows: number;
  readonly atMostWindows: number;
}

/** The end of the warm-up of one subject. */
export interface WarmUpReport {
  readonly name: string;
  /** `true` if two windows in a row ever agreed. */
  readonly steady: boolean;
  readonly windows: number;
  /** The change between the last two windows, as a share. */
  readonly change: number;
}

/** Something whose CPU time can be measured. */
interface Warming {
  readonly name: string;
  measure(seconds: number): Promise<{ readonly cpuMicros: number }>;
}

/**
 * Measures windows until each subject has had two in a row that agree, or until the bound. All subjects get the same
 * number of windows, so that none is compiled better than another.
 */
export async function warmUp(
  subjects: readonly Warming[],
  { seconds, atMostChange, atLeastWindows, atMostWindows }: WarmUp,
): Promise<WarmUpReport[]> {
  const last = new Map<string, number>();
  const steady = new Set<string>();
  let windows = 0;
  let changes: number[] = [];
  while (windows < atMostWindows && (windows < atLeastWindows || steady.size < subjects.length)) {
    windows++;
    changes = [];
    for (const subject of subjects) {
      const { cpuMicros } = await subject.measure(seconds);
      const change = Math.abs(cpuMicros / (last.get(subject.name) ?? NaN) - 1);
      if (change < atMostChange && windows >= atLeastWindows) steady.add(subject.name);
      last.set(subject.name, cpuMicros);
      changes.push(change);
    }
  }
  return subjects.map(({ name }, index) => ({
    name,
    steady: steady.has(name),
    windows,
    change: changes[index] ?? NaN,
  }));
}
