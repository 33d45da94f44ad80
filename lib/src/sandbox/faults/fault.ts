import { validateHeaderName, validateHeaderValue } from 'node:http';
import { asObject, member, type JsonObject } from '../../wire/json.js';
import { MANIFESTS, providerNamed, SANDBOX_PROVIDERS, type SandboxProvider } from '../sandbox-provider.js';
import { SandboxError } from '../sandbox.error.js';

/** Something that goes wrong with the next calls to one API. */
export interface Fault {
  readonly provider: SandboxProvider;
  /** Milliseconds to wait before the answer. */
  readonly delayMs?: number;
  /** Closes the connection instead of answering, or in the middle of the body. */
  readonly drop?: 'before-reply' | 'mid-reply';
  /** Answers this documented error, such as `3004` or `result_expired`: the API's own code, or its status where it has none. */
  readonly error?: string | number;
  /** Answers this status instead of the real one, with the body that the API documents for it. */
  readonly status?: number;
  /** Answers this raw text instead of the real body. */
  readonly body?: string;
  /** Added to the answer's headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The number of calls that it hits. @default 1 */
  readonly times?: number;
  /** The API does its work first, and only its answer is lost. If false, no proof is spent. @default false */
  readonly after?: boolean;
}

const isCount = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' &&
  (Number.isInteger(value) || value === Infinity) &&
  value >= least &&
  value <= most;

const MEMBERS: Readonly<Record<keyof Fault, readonly [(value: unknown) => boolean, string]>> = {
  provider: [
    value => typeof value === 'string' && providerNamed(value) !== undefined,
    `one of ${SANDBOX_PROVIDERS.join(', ')}`,
  ],
  delayMs: [value => isCount(value, 0, 3_600_000), 'whole milliseconds, at most an hour'],
  drop: [value => value === 'before-reply' || value === 'mid-reply', 'before-reply or mid-reply'],
  error: [value => typeof value === 'string' || typeof value === 'number', 'a documented error'],
  status: [value => isCount(value, 200, 599), 'a status from 200 to 599'],
  body: [value => typeof value === 'string', 'a string'],
  headers: [isHeaders, 'an object of header strings without content-length and transfer-encoding'],
  times: [value => isCount(value, 1, Infinity), 'a positive whole number'],
  after: [value => typeof value === 'boolean', 'a boolean'],
};

/** The fault in an untrusted value. A `SandboxError` names the member that is wrong. */
export function parseFault(value: unknown): Fault {
  const given = asObject(value);
  if (!given) throw new SandboxError('invalid', 'A fault is an object.');
  const unknown = Object.keys(given).find(name => !Object.hasOwn(MEMBERS, name));
  if (unknown !== undefined) {
    throw new SandboxError('invalid', `A fault has only: ${Object.keys(MEMBERS).join(', ')}.`);
  }
  for (const [name, [isValid, expected]] of Object.entries(MEMBERS)) {
    const found = member(given, name);
    const isMissing = found === undefined && name !== 'provider';
    if (!isMissing && !isValid(found))
      throw new SandboxError('invalid', `fault.${name} must be ${expected}.`);
  }
  const fault = given as JsonObject & Fault;
  const errors = Object.keys(MANIFESTS[fault.provider].errors);
  if (fault.error !== undefined && !errors.includes(String(fault.error)))
    throw new SandboxError('invalid', `fault.error must be one of: ${errors.join(', ')}.`);
  return fault;
}

function isHeaders(value: unknown): boolean {
  const headers = asObject(value);
  if (!headers) return false;
  try {
    for (const [name, text] of Object.entries(headers)) {
      if (typeof text !== 'string' || /^(content-length|transfer-encoding)$/i.test(name)) return false;
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
}
