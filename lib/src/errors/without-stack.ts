/**
 * Makes an error without a stack trace. A trace costs more than all else in a refusal, and these say by themselves
 * where they come from: an outage must not be dearer than a success.
 */
export function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  Reflect.set(Error, 'stackTraceLimit', 0); // not by assignment, which throws where intrinsics are frozen
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}
