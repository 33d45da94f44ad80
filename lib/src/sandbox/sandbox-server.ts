import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import { CallLog } from './call-log.js';
import { FaultQueue } from './faults/fault-queue.js';
import { isLoopback } from './http/loopback.js';
import { RateLimiter, type RateLimit } from './http/rate-limit.js';
import type { Manifest } from './manifest.js';
import { RequestListener } from './request-listener.js';
import type { Sandbox, SandboxOptions } from './sandbox.js';
import { MANIFESTS, SANDBOX_PROVIDERS, type Emulators, type SandboxProvider } from './sandbox-provider.js';
import { SandboxError } from './sandbox.error.js';

/**
 * Starts the emulation of all APIs on a loopback port. It rejects if the host is not loopback or the port is taken.
 *
 * @example
 * const sandbox = await startSandbox();
 * VerificationModule.forRoot({ providers: sandbox.providers });
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', now = Date.now } = options;
  const rateLimit: Partial<Record<SandboxProvider, RateLimit>> = options.rateLimit ?? {};
  const limiters = byProvider(name => new RateLimiter(rateLimit[name], now));
  const expiresInMs: Partial<Record<SandboxProvider, number>> = options.expiresInMs ?? {};
  const refuseResend: Partial<Record<SandboxProvider, boolean>> = options.refuseResend ?? {};
  const verifiedDomains: Partial<Record<SandboxProvider, readonly string[]>> = options.verifiedDomains ?? {};
  if (Object.values(expiresInMs).some(life => !(life > 0 && life < Infinity))) {
    throw new SandboxError('invalid', 'expiresInMs must be a positive number of milliseconds.');
  }
  const server = createServer();
  const url = await listen(server, port, host);
  const baseUrls = byProvider(name => `${url}/${name}`);
  const emulators = byProvider(name => {
    return new MANIFESTS[name].emulator({
      baseUrl: baseUrls[name],
      now,
      limiter: limiters[name],
      expiresInMs: expiresInMs[name],
      refuseResend: refuseResend[name],
      verifiedDomains: verifiedDomains[name],
    });
  }) as Emulators;
  const closing = new AbortController();
  const [faults, log] = [new FaultQueue(), new CallLog()];
  server.on(
    'request',
    new RequestListener({ url, baseUrls, emulators, faults, log, now }, closing.signal).listen,
  );
  const optionsOf = (isOne: (manifest: Manifest) => boolean): object =>
    byProvider(
      name => ({ ...MANIFESTS[name].credentials, baseUrl: baseUrls[name] }),
      SANDBOX_PROVIDERS.filter(name => isOne(MANIFESTS[name])),
    );
  let closed: Promise<void> | undefined;
  return {
    ...emulators,
    url,
    consoleUrl: `${url}/console`,
    baseUrls,
    credentials: DEMO_CREDENTIALS,
    providers: optionsOf(({ isCustom }) => !isCustom) as Sandbox['providers'],
    customProviders: optionsOf(({ isCustom = false }) => isCustom) as Sandbox['customProviders'],
    faults,
    calls: log.calls,
    close: () => (closed ??= close(server, closing)),
  };
}

function byProvider<T>(
  make: (name: SandboxProvider) => T,
  names: readonly SandboxProvider[] = SANDBOX_PROVIDERS,
): Record<SandboxProvider, T> {
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<SandboxProvider, T>;
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  if (!isLoopback(host)) {
    throw new SandboxError('invalid', 'The sandbox listens on loopback only: 127.0.0.1, ::1 or localhost.');
  }
  server.listen({ port, host });
  await once(server, 'listening');
  const { address, port: bound, family } = server.address() as AddressInfo;
  if (!isLoopback(address)) {
    server.close();
    throw new SandboxError('invalid', 'The host name does not resolve to a loopback address.');
  }
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
