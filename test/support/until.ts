/** Asks again and again whether something holds, for `withinMs` milliseconds; rejects when it never did. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Still not so after ${withinMs} ms: ${String(holds)}`);
    await new Promise(resolve => setTimeout(resolve, 2)); // leaves the machine to what is waited for
  }
}
