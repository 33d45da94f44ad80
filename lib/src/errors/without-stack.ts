/**
 * Makes an error without a stack trace. A trace costs more than all else in a refusal, and these say by themselves
 * where they come from: an outage must not be dearer than a success.
 */
export function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  limitTraces(0);
  try {
    return make();
  } finally {
    limitTraces(limit);
  }
}

function limitTraces(frames: number): void {
  try {
    Error.stackTraceLimit = frames;
  } catch {
    // Where intrinsics are frozen, the trace stays.
  }
}
