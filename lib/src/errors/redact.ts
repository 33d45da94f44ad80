/**
 * Keeps of a foreign error only its kind and where it was thrown. Messages and members of such errors
 * carry request headers, bodies and provider text, so neither survives.
 */
export function redact(error: unknown): Error {
  const kept = new Error(error instanceof Error ? error.constructor.name : typeof error);
  kept.name = 'Redacted';
  kept.stack = [String(kept), ...(error instanceof Error ? framesOf(error) : [])].join('\n');
  return kept;
}

function framesOf(error: Error): string[] {
  const { message, stack = '' } = error;
  const start = message === '' ? 0 : stack.indexOf(message) + message.length;
  return stack
    .slice(start)
    .split('\n')
    .filter(line => /^\s+at /.test(line));
}
