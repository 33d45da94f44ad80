/** One answer of the sandbox, before any fault is applied to it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function json(status: number, value: unknown, headers: Reply['headers'] = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** A bare line, so that `$(curl -s …)` holds the value and nothing else. */
export function text(status: number, line: string, headers: Reply['headers'] = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: `${line}\n` };
}

export function notFound(): Reply {
  return json(404, { error: { code: 'not_found', message: 'The sandbox has no such endpoint.' } });
}
