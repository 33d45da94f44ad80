import type { ExecutionContext } from '@nestjs/common';
import { asObject } from '../../wire/json.js';

/** The parts of a request that Nest pipes. */
export interface FormRequest {
  readonly body: unknown;
  readonly query: unknown;
  readonly param: unknown;
  /** `true` if `body` is what the handler's pipes will see. An interceptor may parse it, such as that of an upload. */
  readonly isParsed: boolean;
  /** Gives the handler another part than the one that came. */
  replace(part: 'body' | 'query', value: unknown): void;
}

/** The request as Nest hands it to pipes; `undefined` in contexts whose pipes do not run early. */
export function formRequestOf(context: ExecutionContext): FormRequest | undefined {
  const type = context.getType<string>();
  if (type === 'graphql') return argumentsOf(context.getArgs<unknown[]>());
  if (type !== 'http') return undefined;
  const request = context.switchToHttp().getRequest<object>();
  const { body, query, params, headers } = request as Readonly<Record<string, unknown>>;
  return {
    body,
    query,
    param: params,
    isParsed: isParsed(body, asObject(headers) ?? {}),
    // Assignment would fail: Express 5 defines `query` as a getter on the prototype.
    replace: (part, value) =>
      Object.defineProperty(request, part, { value, writable: true, enumerable: true, configurable: true }),
  };
}

function argumentsOf(args: unknown[]): FormRequest | undefined {
  if (args.length === 3) return undefined; // a federation's reference, which has no arguments
  const replace: FormRequest['replace'] = (_, value) => {
    args[1] = value;
  };
  return { body: args[1], query: undefined, param: undefined, isParsed: true, replace };
}

function isParsed(body: unknown, headers: Readonly<Record<string, unknown>>): boolean {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (typeof type === 'string' && /^\s*multipart\//i.test(type))
    return Object.keys(asObject(body) ?? {}).length > 0;
  const isSent = length === undefined ? (encoding ?? type) !== undefined : length !== '0';
  return body !== undefined || !isSent;
}
