import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Console } from './console/console.js';
import { credentialOf } from './console/credential.js';
import { EventStream } from './console/event-stream.js';
import { describeFault } from './console/fault-catalog.js';
import { maskedPath } from './console/mask.js';
import { outcomeOf } from './console/outcome.js';
import { requestText, responseText } from './console/transcript.js';
import { control } from './control.js';
import type { Fault } from './faults/fault.js';
import { faultReply, replacesAnswer } from './faults/fault-reply.js';
import { readRequest, refusal, type ApiRequest } from './http/api-request.js';
import { isFromForeignPage } from './http/loopback.js';
import { notFound, type Reply } from './http/reply.js';
import { below } from './http/route.js';
import type { RunningSandbox } from './running-sandbox.js';
import { MANIFESTS, providerNamed, type SandboxProvider } from './sandbox-provider.js';
import { widgetFile } from './stand-in.js';

/** Takes every request of the sandbox's server to the console, the control surface or one emulated API. */
export class RequestListener {
  private readonly console: Console;

  constructor(
    private readonly sandbox: RunningSandbox,
    private readonly closing: AbortSignal,
  ) {
    this.console = new Console(sandbox);
  }

  /** Answers one request. An error ends that connection and nothing else. */
  readonly listen = (message: IncomingMessage, response: ServerResponse): void => {
    this.answer(message, response).catch(() => response.destroy());
  };

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    if ('status' in request) {
      send(response, request);
      return;
    }
    const page = this.console.reply(request) ?? widgetFile(request);
    if (page instanceof EventStream) {
      page.open(response);
      return;
    }
    const [prefix = '', root] = request.segments;
    const provider = providerNamed(prefix);
    if (page) send(response, page);
    else if (prefix === 'control') send(response, this.control(below(request)));
    else if (!provider) send(response, notFound());
    else if (root === MANIFESTS[provider].root) await this.call(provider, below(request), response);
    else send(response, this.sandbox.emulators[provider].reply(below(request)));
  }

  private control(request: ApiRequest): Reply {
    if (!isFromForeignPage(request.headers)) return control(request, this.sandbox);
    return refusal(403, 'forbidden_origin', 'Not for pages of other sites.');
  }

  private async call(provider: SandboxProvider, request: ApiRequest, response: ServerResponse) {
    const { emulators, faults, log, now } = this.sandbox;
    const { method, segments } = request;
    const end = log.add(
      { provider, method, path: `/${segments.join('/')}` },
      {
        path: maskedPath(segments),
        credential: credentialOf(request),
        request: requestText(request),
        at: now(),
      },
    );
    const work = () => emulators[provider].reply(request);
    const fault = faults.take(provider);
    const reply = fault ? await this.fail(fault, segments, work) : work();
    const sent = fault?.drop === 'before-reply' ? undefined : reply;
    end(sent?.status ?? 0, {
      outcome: outcomeOf(provider, sent),
      response: responseText(sent),
      ...(fault && { fault: describeFault(fault, segments) }),
    });
    if (!sent) response.destroy();
    else if (fault?.drop === 'mid-reply') cutOff(response, reply);
    else send(response, reply);
  }

  private async fail(fault: Fault, path: readonly string[], work: () => Reply): Promise<Reply> {
    const early = fault.after === true ? work() : undefined;
    if (fault.delayMs) await wait(fault.delayMs, undefined, { ref: false, signal: this.closing });
    const real = early ?? (replacesAnswer(fault) ? undefined : work());
    return faultReply(fault, path, real);
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
