interface Written {
  readonly duration: number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;
}

/**
 * Milliseconds, or a whole number with its unit: `'45s'`, `'30m'`, `'12h'`, `'7d'`. An alias of the union itself would
 * hide the format in compiler errors behind its name.
 */
export type Duration = Written['duration'];

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration in whole milliseconds, or `undefined` for what is none: no number, no unit, nothing or less. */
export function millisecondsOf(duration: unknown): number | undefined {
  const [, digits, unit] =
    typeof duration === 'string' ? (/^(\d{1,9})(ms|s|m|h|d)$/.exec(duration) ?? []) : [];
  const ms = typeof duration === 'number' ? duration : Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}
