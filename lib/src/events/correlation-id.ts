/** A correlation id that fits into a log line; browsers choose such ids, too, in headers that are passed on. */
export function correlationIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:/+=@-]{1,128}$/.test(value) ? value : undefined;
}
