/** Something that can be measured for one window. */
export interface Subject<S> {
  readonly name: string;
  measure(seconds: number): Promise<S>;
}

/** The two windows of each round, by the name of the subject. */
export type Rounds<S> = ReadonlyMap<string, readonly (readonly [S, S])[]>;

/**
 * Measures every subject twice in each round, there and back (A B B A), so that a slow drift of the machine has the same
 * effect on all of them. Each round starts with another subject.
 */
export async function pairedRounds<S>(
  subjects: readonly Subject<S>[],
  rounds: number,
  seconds: number,
): Promise<Rounds<S>> {
  const pairs = new Map<string, [S, S][]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % subjects.length;
    const order = [...subjects.slice(first), ...subjects.slice(0, first)];
    const there = new Map<string, S>();
    for (const subject of order) there.set(subject.name, await subject.measure(seconds));
    for (const subject of order.reverse()) {
      const back = await subject.measure(seconds);
      pairs.get(subject.name)!.push([there.get(subject.name)!, back]);
    }
  }
  return pairs;
}
