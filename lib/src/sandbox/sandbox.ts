import type { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import type { SandboxCall } from './call-log.js';
import type { Fault } from './faults/fault.js';
import type { RateLimit } from './http/rate-limit.js';
import type { Apis, Emulators, SandboxProvider } from './sandbox-provider.js';

/** The options that the emulator of an API takes. */
type OptionsOf<N extends SandboxProvider> = ConstructorParameters<Apis[N]['emulator']>[0];

/** The APIs whose emulator takes an option of this name. */
type ApisWith<K extends string> = {
  [N in SandboxProvider]: K extends keyof OptionsOf<N> ? N : never;
}[SandboxProvider];

/** Options of `startSandbox()`. */
export interface SandboxOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Loopback only; anything else is refused. @default '127.0.0.1' */
  readonly host?: string;
  /** The clock of every lifetime, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Limits for the APIs that document a 429. @default none */
  readonly rateLimit?: { readonly [N in ApisWith<'limiter'>]?: RateLimit };
  /** The life of a code in milliseconds, as its template says. @default ten minutes */
  readonly expiresInMs?: { readonly [N in ApisWith<'expiresInMs'>]?: number };
  /** Refuses to send again to a recipient while the last code is valid, as documented. @default false */
  readonly refuseResend?: { readonly [N in ApisWith<'refuseResend'>]?: boolean };
  /** The hostnames to whose pages a login may return. Any other is refused as documented. @default loopback */
  readonly verifiedDomains?: { readonly [N in ApisWith<'verifiedDomains'>]?: readonly string[] };
}

/** Provider options that point at the sandbox, ready for `VerificationModule.forRoot({ providers })`. */
export type SandboxProviders<
  N extends SandboxProvider = {
    [M in SandboxProvider]: Apis[M] extends { readonly isCustom: true } ? never : M;
  }[SandboxProvider],
> = {
  readonly [P in N]: Apis[P]['credentials'] & { readonly baseUrl: string };
};

/** A running sandbox: the emulated APIs by name, with handles on their people and their faults. */
export interface Sandbox extends Emulators {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The page that shows and steers the sandbox in a browser. */
  readonly consoleUrl: string;
  readonly baseUrls: Readonly<Record<SandboxProvider, string>>;
  /** The only credentials it accepts. */
  readonly credentials: typeof DEMO_CREDENTIALS;
  readonly providers: SandboxProviders;
  /** The same for classes in `customProviders`. Add to `providers` what your module lists. */
  readonly customProviders: SandboxProviders<Exclude<SandboxProvider, keyof SandboxProviders>>;
  /** The faults of the next calls. */
  readonly faults: {
    /** Adds a fault. Faults of one provider hit in the order in which they were added. */
    inject(fault: Fault): void;
    /** Forgets the faults of a provider, or all. */
    clear(provider?: SandboxProvider): void;
  };
  /** The last 1000 API calls, oldest first. */
  readonly calls: readonly SandboxCall[];
  /** Closes every connection and cancels every delayed answer. It can be called again. */
  close(): Promise<void>;
}
