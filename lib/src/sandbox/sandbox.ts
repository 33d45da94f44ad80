import type { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import type { SandboxCall } from './call-log.js';
import type { CheckifyEmulator } from './checkify/checkify.emulator.js';
import type { EngageLabEmulator } from './engagelab/engagelab.emulator.js';
import type { Fault } from './faults/fault.js';
import type { HumanProofEmulator } from './humanproof/humanproof.emulator.js';
import type { RateLimit } from './http/rate-limit.js';
import type { SandboxProvider } from './sandbox-provider.js';
import type { VerifyIdEmulator } from './verifyid/verifyid.emulator.js';

/** How to start a sandbox. */
export interface SandboxOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Loopback only; anything else is refused. @default '127.0.0.1' */
  readonly host?: string;
  /** Milliseconds since the epoch; every lifetime is measured with it. @default Date.now */
  readonly now?: () => number;
  /** Limits for the two APIs that document a 429. @default none */
  readonly rateLimit?: { readonly checkify?: RateLimit; readonly humanproof?: RateLimit };
}

/** Provider options that point at the sandbox, ready for `VerificationModule.forRoot({ providers })`. */
export interface SandboxProviders {
  readonly checkify: { readonly apiKey: string; readonly baseUrl: string };
  readonly engagelab: { readonly devKey: string; readonly devSecret: string; readonly baseUrl: string };
  readonly humanproof: { readonly secret: string; readonly baseUrl: string };
  readonly verifyid: { readonly pluginKey: string; readonly baseUrl: string };
}

/** A running sandbox: four emulated APIs, and handles on the people and the trouble behind them. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The page that shows and steers all of this in a browser. */
  readonly consoleUrl: string;
  readonly baseUrls: Readonly<Record<SandboxProvider, string>>;
  /** The only credentials it accepts. */
  readonly credentials: typeof DEMO_CREDENTIALS;
  readonly providers: SandboxProviders;
  readonly checkify: CheckifyEmulator;
  readonly engagelab: EngageLabEmulator;
  readonly humanproof: HumanProofEmulator;
  readonly verifyid: VerifyIdEmulator;
  /** What goes wrong with the next calls. */
  readonly faults: {
    /** Adds a fault; those of one provider come in the order in which they were added. */
    inject(fault: Fault): void;
    /** Forgets the faults of a provider, or all. */
    clear(provider?: SandboxProvider): void;
  };
  /** The last 1000 API calls, oldest first. */
  readonly calls: readonly SandboxCall[];
  /** Closes every connection and cancels every delayed answer; safe to call again. */
  close(): Promise<void>;
}
