/** Sends a request; where 429 or 503 comes with a `Retry-After` of at most `maxWaitMs`, waits and sends it once more. */
export async function patiently(request: Request, maxWaitMs: number): Promise<Response> {
  const response = await fetch(request.clone());
  const waitMs = [429, 503].includes(response.status) ? retryAfterMs(response) : undefined;
  if (waitMs === undefined || waitMs > maxWaitMs) return response;
  await unlessAborted(request.signal, new Promise<void>(resolve => setTimeout(resolve, waitMs)));
  return fetch(request.clone());
}

/** Waits for a promise, or for the abort. */
export async function unlessAborted<T>(signal: AbortSignal, promise: T | Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}

/** Reads `Retry-After`, which is seconds or a date. */
function retryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return waitMs >= 0 ? waitMs : undefined;
}
