/** The time during which a line about the same thing is left out, in milliseconds. */
const QUIET_MS = 10_000;

/** Keeps a log readable where every request would repeat a line. */
export class Repetition {
  private readonly told = new Map<string, { readonly at: number; leftOut: number }>();

  constructor(private readonly now = () => performance.now()) {}

  /** Calls `tell` with the number of lines that were left out before, unless a line about the same came a moment ago. */
  rarely(key: string, tell: (leftOut: number | undefined) => void): void {
    const now = this.now();
    const last = this.told.get(key);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.leftOut++;
      return;
    }
    this.told.set(key, { at: now, leftOut: 0 });
    tell(last === undefined || last.leftOut === 0 ? undefined : last.leftOut);
  }
}
