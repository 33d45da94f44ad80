/** A heap after garbage collection, and how many requests came before. */
export interface HeapSample {
  readonly requests: number;
  readonly bytes: number;
}

/** By how many bytes the heap grows in 10,000 requests: the line of least squares. */
export function heapSlope(samples: readonly HeapSample[]): number {
  const middle = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const requests = middle(samples.map(each => each.requests));
  const bytes = middle(samples.map(each => each.bytes));
  let products = 0;
  let squares = 0;
  for (const each of samples) {
    products += (each.requests - requests) * (each.bytes - bytes);
    squares += (each.requests - requests) ** 2;
  }
  return squares === 0 ? 0 : (products / squares) * 10_000;
}
