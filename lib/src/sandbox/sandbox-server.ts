import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEMO_CREDENTIALS } from '../contract/demo-credentials.js';
import { CallLog } from './call-log.js';
import { CheckifyEmulator } from './checkify/checkify.emulator.js';
import { EngageLabEmulator } from './engagelab/engagelab.emulator.js';
import { FaultQueue } from './faults/fault-queue.js';
import { HumanProofEmulator } from './humanproof/humanproof.emulator.js';
import { isLoopback } from './http/loopback.js';
import { RateLimiter } from './http/rate-limit.js';
import { RequestListener } from './request-listener.js';
import { SandboxError } from './sandbox.error.js';
import type { Sandbox, SandboxOptions, SandboxProviders } from './sandbox.js';
import type { SandboxProvider } from './sandbox-provider.js';
import { VerifyIdEmulator } from './verifyid/verifyid.emulator.js';

/**
 * Starts the emulation of the four APIs on a loopback port; rejects where the host is not loopback
 * or the port is taken.
 *
 * @example
 * const sandbox = await startSandbox();
 * VerificationModule.forRoot({ providers: sandbox.providers });
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', now = Date.now, rateLimit = {} } = options;
  const limiters = {
    checkify: new RateLimiter(rateLimit.checkify, now),
    humanproof: new RateLimiter(rateLimit.humanproof, now),
  };
  const server = createServer();
  const url = await listen(server, port, host);
  const baseUrls = {
    checkify: `${url}/checkify`,
    engagelab: `${url}/engagelab`,
    humanproof: `${url}/humanproof`,
    verifyid: `${url}/verifyid`,
  };
  const closing = new AbortController();
  const log = new CallLog();
  const controlled = {
    checkify: new CheckifyEmulator({ baseUrl: baseUrls.checkify, now, limiter: limiters.checkify }),
    engagelab: new EngageLabEmulator({ baseUrl: baseUrls.engagelab, now }),
    humanproof: new HumanProofEmulator({
      baseUrl: baseUrls.humanproof,
      now,
      limiter: limiters.humanproof,
    }),
    verifyid: new VerifyIdEmulator({ baseUrl: baseUrls.verifyid, now }),
    faults: new FaultQueue(),
  };
  server.on('request', new RequestListener(controlled, log, closing.signal, now).listen);
  let closed: Promise<void> | undefined;
  return {
    url,
    consoleUrl: `${url}/console`,
    baseUrls,
    credentials: DEMO_CREDENTIALS,
    providers: providersAt(baseUrls),
    ...controlled,
    calls: log.calls,
    close: () => (closed ??= close(server, closing)),
  };
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

function providersAt(baseUrls: Readonly<Record<SandboxProvider, string>>): SandboxProviders {
  const { checkify, engagelab, humanproof, verifyid } = DEMO_CREDENTIALS;
  return {
    checkify: { apiKey: checkify.apiKey, baseUrl: baseUrls.checkify },
    engagelab: { devKey: engagelab.devKey, devSecret: engagelab.devSecret, baseUrl: baseUrls.engagelab },
    humanproof: { secret: humanproof.secret, baseUrl: baseUrls.humanproof },
    verifyid: { pluginKey: verifyid.pluginKey, baseUrl: baseUrls.verifyid },
  };
}
