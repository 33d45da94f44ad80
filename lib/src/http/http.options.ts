import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { AxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';

/** The longest delay a timer can hold, in milliseconds. */
const LONGEST_DELAY = 2_147_483_647;

/** The axios options that work; bodies, statuses and redirects are ours. */
const AXIOS_OPTIONS: readonly (keyof AxiosRequestConfig)[] = [
  'adapter',
  'auth',
  'family',
  'headers',
  'httpAgent',
  'httpsAgent',
  'lookup',
  'maxContentLength',
  'params',
  'proxy',
  'signal',
  'socketPath',
  'timeout',
  'transformRequest',
  'transformResponse',
];

function HasOnly(names: readonly string[]): PropertyDecorator {
  const strangers = (value: object): string[] => Object.keys(value).filter(name => !names.includes(name));
  return ValidateBy({
    name: 'hasOnly',
    validator: {
      validate: (value: unknown) =>
        typeof value !== 'object' || value === null || strangers(value).length === 0,
      defaultMessage: given =>
        `must not have ${strangers(given?.value as object).join(', ')}; there are ${names.join(', ')}`,
    },
  });
}

/** Options of the circuit breaker, which stops calls to a provider that keeps failing. */
export class BreakerOptions {
  /** Outages in a row that open the breaker. @default 5 */
  @IsOptional() @IsInt() @Min(1) failures?: number | undefined;

  /** The time for which it stays open before one call may try, in milliseconds. @default 10000 */
  @IsOptional() @IsInt() @Min(1) @Max(LONGEST_DELAY) coolDownMs?: number | undefined;
}

/** Limits of every request to a provider; `providers.<name>.http` overrides them for one provider. */
export class HttpOptions {
  /** `'axios'` uses `HttpService` if you configured it. `'undici'` never uses axios. @default 'axios' */
  @IsOptional() @IsIn(['axios', 'undici']) transport?: 'axios' | 'undici' | undefined;

  /** Axios request defaults for the `axios` transport, such as headers, a proxy or an agent. @default none */
  @IsOptional() @IsObject() @HasOnly(AXIOS_OPTIONS) axios?: AxiosRequestConfig | undefined;

  /** An undici dispatcher for every request, such as a proxy agent. @default `HTTPS_PROXY` if it is set, else direct */
  @IsOptional() @IsObject() dispatcher?: Dispatcher | undefined;

  /** The longest time of one attempt, body included, in milliseconds. @default 10000 */
  @IsOptional() @IsInt() @Min(1) @Max(LONGEST_DELAY) timeoutMs?: number | undefined;

  /** The longest time of a verification, retries included, in milliseconds. @default 15000 */
  @IsOptional() @IsInt() @Min(1) @Max(LONGEST_DELAY) deadlineMs?: number | undefined;

  /** The number of times that a repeatable request is repeated. @default 2 */
  @IsOptional() @IsInt() @Min(0) @Max(10) retries?: number | undefined;

  /** The longest reply in bytes; a longer one is cut while it is read. @default 65536 */
  @IsOptional() @IsInt() @Min(1) maxResponseBytes?: number | undefined;

  /** Requests under way at once, per provider. @default 256 */
  @IsOptional() @IsInt() @Min(1) maxConcurrent?: number | undefined;

  /** Requests waiting for one of those places, per provider; more are refused at once. @default 1024 */
  @IsOptional() @IsInt() @Min(0) maxQueue?: number | undefined;

  /** The circuit breaker; `false` turns it off. @default `{ failures: 5, coolDownMs: 10000 }` */
  @IsOptional()
  @ValidateIf((options: HttpOptions) => options.breaker !== false)
  @ValidateNested()
  breaker?: BreakerOptions | false | undefined;
}

/** Lays a provider's own options over the common ones, and those over the defaults; field by field. */
export function settingsOf(
  common: HttpOptions & { readonly environmentProxy?: 'http' | 'https' | false },
  own: HttpOptions = {},
) {
  const pick = <K extends keyof HttpOptions>(key: K): HttpOptions[K] => own[key] ?? common[key];
  const breaker = pick('breaker');
  return {
    transport: pick('transport') ?? 'axios',
    axios: pick('axios'),
    dispatcher: pick('dispatcher'),
    timeoutMs: pick('timeoutMs') ?? 10_000,
    deadlineMs: pick('deadlineMs') ?? 15_000,
    retries: pick('retries') ?? 2,
    maxResponseBytes: pick('maxResponseBytes') ?? 65_536,
    maxConcurrent: pick('maxConcurrent') ?? 256,
    maxQueue: pick('maxQueue') ?? 1024,
    environmentProxy: common.environmentProxy ?? false,
    breaker:
      breaker === false
        ? breaker
        : { failures: breaker?.failures ?? 5, coolDownMs: breaker?.coolDownMs ?? 10_000 },
  };
}
