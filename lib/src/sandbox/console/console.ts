import { refusal, type ApiRequest } from '../http/api-request.js';
import { asset } from '../browser/asset.js';
import { consolePage } from '../browser/console.page.js';
import { inboxPage } from '../browser/inbox.page.js';
import type { CallLog } from '../call-log.js';
import type { Controlled } from '../control.js';
import { isFromOwnPage } from '../http/loopback.js';
import { notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { act } from './console-action.js';
import { consoleState, inboxState } from './console-state.js';
import { EventStream } from './event-stream.js';

/** The pages for whoever develops against the sandbox: console, inbox, and what they load. */
export class Console {
  private readonly events: EventStream;
  private readonly inbox: EventStream;

  constructor(
    private readonly sandbox: Controlled,
    log: CallLog,
    now: () => number,
  ) {
    this.events = new EventStream(() => consoleState(sandbox, log, now()));
    this.inbox = new EventStream(() => inboxState(sandbox.engagelab, now()));
  }

  /** The answer, or the stream that answers; `undefined` for what is none of its business. */
  reply(request: ApiRequest): Reply | EventStream | undefined {
    const [root = ''] = request.segments;
    if (!['console', 'inbox', 'assets'].includes(root)) return undefined;
    if (!isFromOwnPage(request)) return refusal(403, 'forbidden_origin', 'For the sandbox’s own pages only.');
    if (request.method === 'POST') return act(request, this.sandbox);
    if (match(request, 'GET /console')) return consolePage();
    if (match(request, 'GET /console/events')) return this.events;
    if (match(request, 'GET /inbox')) return inboxPage();
    if (match(request, 'GET /inbox/events')) return this.inbox;
    const [name = ''] = match(request, 'GET /assets/*') ?? [];
    return asset(`browser/${name}`) ?? notFound();
  }
}
