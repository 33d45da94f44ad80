import { asset } from '../browser/asset.js';
import { wantsPage } from '../browser/page.js';
import { refusal, type ApiRequest } from '../http/api-request.js';
import { isFromOwnPage } from '../http/loopback.js';
import { json, notFound, text, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import type { RunningSandbox } from '../running-sandbox.js';
import { act } from './console-action.js';
import { consoleState, inboxState, listsOf } from './console-state.js';
import { consolePage, inboxPage } from './console.page.js';
import { EventStream } from './event-stream.js';

/** The pages for developers: console, inbox, and the files that they load. */
export class Console {
  private readonly events = new EventStream(() => consoleState(this.sandbox));
  private readonly inbox = new EventStream(() => inboxState(this.sandbox));

  constructor(private readonly sandbox: RunningSandbox) {}

  /** The answer, or the stream that answers; `undefined` for the paths of others. */
  reply(request: ApiRequest): Reply | EventStream | undefined {
    const [root = ''] = request.segments;
    // A person who opens the address of the sandbox looks for the console.
    if (match(request, 'GET /') && wantsPage(request)) return text(302, '', { location: '/console' });
    if (!['console', 'inbox', 'assets'].includes(root)) return undefined;
    if (!isFromOwnPage(request.method, request.headers))
      return refusal(403, 'forbidden_origin', 'For the sandbox’s own pages only.');
    if (request.method === 'POST') return root === 'console' ? act(request, this.sandbox) : notFound();
    if (match(request, 'GET /console')) return consolePage(this.sandbox);
    if (match(request, 'GET /console/events')) return this.events;
    const [id] = match(request, 'GET /console/calls/*') ?? [];
    const call = this.sandbox.log.entries.find(each => String(each.id) === id);
    if (call) return json(200, { request: call.request, response: call.response });
    if (match(request, 'GET /inbox')) return inboxPage(listsOf(this.sandbox));
    if (match(request, 'GET /inbox/events')) return this.inbox;
    const [name = ''] = match(request, 'GET /assets/*') ?? [];
    return asset(`browser/${name}`) ?? notFound();
  }
}
