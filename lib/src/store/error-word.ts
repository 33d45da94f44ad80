/** An error's own word: a system's, such as ECONNREFUSED, or a client's. */
const WORD = /^[A-Z][A-Z0-9_]{1,63}$/;
/** The first word of an error of Redis; an older one says it of a script behind a text of its own. */
const REDIS =
  /(?:^| -)(ASK|BUSY|CLUSTERDOWN|CROSSSLOT|DENIED|ERR|EXECABORT|LOADING|MASTERDOWN|MISCONF|MOVED|NOAUTH|NOPERM|NOPROTO|NOREPLICAS|NOSCRIPT|OOM|READONLY|TRYAGAIN|UNKILLABLE|WRONGPASS|WRONGTYPE)(?= |$)/g;
/** The number of nested errors that are looked at. */
const DEPTH = 4;

/** The word by which a failure of the store can be looked up. Never any other text, which may hold what somebody stored. */
export function errorWord(error: unknown, depth = DEPTH): string | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { code, message, cause, lastNodeError, errors } = error as Readonly<Record<string, unknown>>;
  if (typeof code === 'string' && WORD.test(code)) return code;
  const word = typeof message === 'string' ? [...message.matchAll(REDIS)].at(-1)?.[1] : undefined;
  if (word !== undefined) return word;
  for (const inner of [cause, lastNodeError, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]) {
    const found = errorWord(inner, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
