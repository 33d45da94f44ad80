import { IsArray, IsBoolean, IsObject, IsOptional, ValidateNested } from 'class-validator';
import type { ExecutionContext, ValidationPipeOptions } from '@nestjs/common';
import { HttpOptions } from '../http/http.options.js';
import { Is } from '../providers/is.decorator.js';
import type { ProviderClass } from '../providers/provider.options.js';
import type { ProvidersOptions } from '../providers/provider-types.js';
import type { VerificationProvider } from '../providers/verification.provider.js';
import { StateStore } from '../store/state.store.js';
import { RESPONSE_CODES, type VerificationResponseCode } from '../errors/responses.js';
import { asObject } from '../wire/json.js';

/** Options of `VerificationModule.forRoot()`; each has a default, or comes from the environment. */
export class VerificationModuleOptions {
  /** Credentials and base URLs by provider. They override environment variables, field by field. @default the environment */
  @IsOptional() @IsObject() providers?: ProvidersOptions | undefined;

  /** Captchas and providers of your own, for the same decorator. @default none */
  @IsOptional()
  @IsArray()
  @IsEach(value => typeof value === 'function', 'must be an array of classes')
  customProviders?: ProviderClass<VerificationProvider>[] | undefined;

  /** Limits of every request to a provider. @default those of {@link HttpOptions} */
  @IsOptional() @IsObject() @ValidateNested() http?: HttpOptions | undefined;

  /** Keeps challenges, attempts and receipts. @default in memory, for one process */
  @IsOptional() @Is(isStateStore, 'must be a StateStore') store?: StateStore | undefined;

  /**
   * Names the owner of the state if several applications or tenants share a store: a text, or a function of the request.
   * The state then outlives a rotation of keys. @default the base URL and the credentials of each provider
   */
  @IsOptional()
  @Is(
    value => typeof value === 'function' || (typeof value === 'string' && value !== ''),
    'must be a text or a function of the ExecutionContext',
  )
  scope?: string | ((context: ExecutionContext) => string | Promise<string>) | undefined;

  /**
   * A secret of yours of at least 16 characters. It keys `reference`, challenges and your own codes. Give all instances
   * the same. @default derived from the credentials
   */
  @IsOptional()
  @Is(value => typeof value === 'string' && value.length >= 16, 'must be a text of at least 16 characters')
  referenceKey?: string | undefined;

  /** Applies `VerificationGuard` to every route. @default false */
  @IsOptional() @IsBoolean() globalGuard?: boolean | undefined;

  /** `'observe'` asks and reports as usual but refuses nothing, to try demands out; `@Verified()` is then `undefined`. @default 'enforce' */
  @IsOptional()
  @Is(value => value === 'enforce' || value === 'observe', "must be 'enforce' or 'observe'")
  enforcement?: 'enforce' | 'observe' | undefined;

  /**
   * Metadata keys of handlers for which another library runs guards, such as that for RabbitMQ. Without it, a demand on
   * such a method stops the boot. @default none
   */
  @IsOptional()
  @IsEach(
    value => typeof value === 'string' || typeof value === 'symbol',
    'must be an array of metadata keys',
  )
  guardedHandlers?: readonly (string | symbol)[] | undefined;

  /**
   * Chooses the pipes that run before the evidence is spent: `'all'` includes pipes of your own, and `false` means none.
   * @default Nest's own pipes
   */
  @IsOptional()
  @Is(value => value === 'all' || value === false, "must be 'all' or false")
  validateFirst?: 'all' | false | undefined;

  /** Your `ValidationPipe` options, for `body`. @default the pipes that Nest would run for the route's form */
  @IsOptional() @IsObject() validation?: ValidationPipeOptions | undefined;

  /** Names a request in events and log lines, such as by a trace id. @default none */
  @IsOptional()
  @Is(isPlainFunction, 'must be a function of the ExecutionContext that is not async')
  correlationId?: ((context: ExecutionContext) => string | undefined) | undefined;

  /** The texts that clients read, per code. A function makes one for a request, such as in its language. @default English texts */
  @IsOptional()
  @Is(
    value => isPerCode(value, isMessage),
    `must map ${RESPONSE_CODES.join(', ')} to texts or functions that are not async`,
  )
  messages?:
    Partial<Record<VerificationResponseCode, string | ((context: ExecutionContext) => string)>> | undefined;

  /** The statuses that clients get, per code: 400 to 599. @default 403, 429 or 503, and 400 for `recipient_malformed` */
  @IsOptional()
  @Is(value => isPerCode(value, isRefusal), `must map ${RESPONSE_CODES.join(', ')} to 400..599`)
  statusCodes?: Partial<Record<VerificationResponseCode, number>> | undefined;

  /**
   * Adds `demands` to the body of `verification_required`: the provider, claims and field names that would satisfy the
   * route, and nothing about the visitor. `verifiedFetch` of `nestjs-verification/browser` reads it. @default false
   */
  @IsOptional() @IsBoolean() describeRefusals?: boolean | undefined;

  /** Logs the reason of each refusal, without any value that came. @default false */
  @IsOptional() @IsBoolean() debug?: boolean | undefined;

  /** Allows loopback base URLs when `NODE_ENV` is `production`, for a proxy on the same machine. @default false */
  @IsOptional() @IsBoolean() allowLoopback?: boolean | undefined;

  /** `true` if other modules see the services without importing the module. @default true */
  @IsOptional() @IsBoolean() isGlobal?: boolean | undefined;
}

function IsEach(validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return Is(value => Array.isArray(value) && value.every(validate), message);
}

function isStateStore(value: unknown): boolean {
  const methods: (keyof StateStore)[] = ['get', 'set', 'setIfAbsent', 'increment', 'delete'];
  const store = asObject(value);
  return store !== undefined && methods.every(name => typeof store[name] === 'function');
}

function isPerCode(value: unknown, isValue: (value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([code, each]) =>
      (RESPONSE_CODES as readonly string[]).includes(code) && (each === undefined || isValue(each)),
  );
}

function isMessage(value: unknown): boolean {
  return isPlainFunction(value) || (typeof value === 'string' && value !== '');
}

/** Tells whether a function may answer at once. */
function isPlainFunction(value: unknown): boolean {
  return typeof value === 'function' && value.constructor.name !== 'AsyncFunction';
}

function isRefusal(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 400 && (value as number) <= 599;
}
