import { request } from 'node:http';
import { afterEach, beforeEach } from '@jest/globals';
import { startSandbox, type Sandbox, type SandboxOptions } from 'nestjs-verification/sandbox';

/** A sandbox per test, on a clock that only moves when told to. */
export class SandboxFixture {
  now = Date.UTC(2026, 0, 1);
  sandbox!: Sandbox;

  constructor(options: SandboxOptions = {}) {
    beforeEach(async () => {
      this.sandbox = await startSandbox({ now: () => this.now, ...options });
    });
    afterEach(() => this.sandbox.close());
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads whatever the API promises
  json: any;
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Sends a request target and headers that `fetch` would tidy up or refuse. */
export function askRaw(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** The status of a page or script and of all that it loads, by address. */
export async function loadedBy(
  url: string,
  statuses = new Map<string, number>(),
): Promise<Map<string, number>> {
  if (statuses.has(url)) return statuses;
  const { status, text } = await ask(url);
  statuses.set(url, status);
  const links = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"|^import .* from '(.+)';$/gm)];
  for (const [, asset, module] of links) await loadedBy(new URL(asset ?? module!, url).href, statuses);
  return statuses;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
