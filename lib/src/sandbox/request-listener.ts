import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { readRequest, refusal, type ApiRequest } from './http/api-request.js';
import type { CallLog } from './call-log.js';
import { Console } from './console/console.js';
import { credentialOf } from './console/credential.js';
import { EventStream } from './console/event-stream.js';
import { describeFault } from './console/fault-catalog.js';
import { maskedPath } from './console/mask.js';
import { outcomeOf } from './console/outcome.js';
import { control, type Controlled } from './control.js';
import type { Emulator } from './emulator.js';
import type { Fault } from './faults/fault.js';
import { faultReply, replacesAnswer } from './faults/fault-reply.js';
import { isFromForeignPage } from './http/loopback.js';
import { notFound, type Reply } from './http/reply.js';
import { SANDBOX_PROVIDERS, type SandboxProvider } from './sandbox-provider.js';
import { widgetFile } from './stand-in.js';

// Elsewhere are the pages a person sees; no fault hits them.
const API_ROOTS: ReadonlySet<string | undefined> = new Set(['v1', 'api']);

/** Takes every request of the sandbox's server to the control surface or to one emulated API. */
export class RequestListener {
  private readonly console: Console;
  private readonly emulators: ReadonlyMap<string, readonly [SandboxProvider, Emulator]>;

  constructor(
    private readonly sandbox: Controlled,
    private readonly log: CallLog,
    private readonly closing: AbortSignal,
    private readonly now: () => number,
  ) {
    this.console = new Console(sandbox, log, now);
    this.emulators = new Map(SANDBOX_PROVIDERS.map(name => [name, [name, sandbox[name]]]));
  }

  /** Answers one request; whatever goes wrong ends that connection and nothing else. */
  readonly listen = (message: IncomingMessage, response: ServerResponse): void => {
    this.answer(message, response).catch(() => response.destroy());
  };

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    if ('status' in request) {
      send(response, request);
      return;
    }
    const page = this.console.reply(request);
    if (page instanceof EventStream) {
      page.open(response);
      return;
    }
    if (page) {
      send(response, page);
      return;
    }
    const [prefix = '', ...segments] = request.segments;
    const [provider, emulator] = this.emulators.get(prefix) ?? [];
    const file = widgetFile(request);
    const inner = { ...request, segments };
    if (prefix === 'control') send(response, this.control(inner));
    else if (file) send(response, file);
    else if (!provider || !emulator) send(response, notFound());
    else if (API_ROOTS.has(segments[0])) await this.call(provider, emulator, inner, response);
    else send(response, emulator.reply(inner));
  }

  private control(request: ApiRequest): Reply {
    if (!isFromForeignPage(request.headers)) return control(request, this.sandbox);
    return refusal(403, 'forbidden_origin', 'Not for pages of other sites.');
  }

  private async call(
    provider: SandboxProvider,
    emulator: Emulator,
    request: ApiRequest,
    response: ServerResponse,
  ) {
    const { method, segments } = request;
    const call = this.log.add(
      { provider, method, path: `/${segments.join('/')}` },
      { path: maskedPath(segments), credential: credentialOf(request), at: this.now() },
    );
    const fault = this.sandbox.faults.take(provider);
    const reply = fault ? await this.fail(fault, () => emulator.reply(request)) : emulator.reply(request);
    const sent = fault?.drop === 'before-reply' ? undefined : reply;
    call.end(sent?.status ?? 0, outcomeOf(provider, sent), fault && describeFault(fault));
    if (!sent) {
      response.destroy();
      return;
    }
    if (fault?.drop === 'mid-reply') cutOff(response, reply);
    else send(response, reply);
  }

  private async fail(fault: Fault, work: () => Reply): Promise<Reply> {
    const early = fault.after === true ? work() : undefined;
    if (fault.delayMs) await wait(fault.delayMs, undefined, { ref: false, signal: this.closing });
    const real = early ?? (replacesAnswer(fault) ? undefined : work());
    return faultReply(fault, real);
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Announces the whole body, sends half of it and closes the connection. */
function cutOff(response: ServerResponse, { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
