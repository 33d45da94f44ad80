import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { member, parseObject } from '../../wire/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { Emulator, SendingEmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { routeOf } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { engagelabError } from './engagelab-error.js';
import { CODE, newMessageId, parseMessageRequest, type EngageLabMessage } from './engagelab-message.js';

// The longest life that a template can give.
const CODE_TTL_MS = 600_000;

/** The state of the EngageLab account behind the demo credentials. */
export type EngageLabAccount = 'active' | 'disabled' | 'forbidden';

/** A message and its state. */
export interface StoredMessage extends EngageLabMessage {
  readonly sentAt: number;
  readonly channel: string;
  expiresAt: number;
  verified: boolean;
  /** The application made the code, and EngageLab does not verify it. */
  readonly isCustom: boolean;
}

/** EngageLab OTP: sends codes into an inbox and verifies each of them once. */
export class EngageLabEmulator implements Emulator {
  private readonly sent = new BoundedMap<string, StoredMessage>();
  private account: EngageLabAccount = 'active';

  constructor(private readonly options: SendingEmulatorOptions) {}

  /** The messages a phone or mailbox received, oldest first. */
  inbox(to: string): EngageLabMessage[] {
    return this.sent
      .values()
      .filter(message => message.to === to)
      .map(({ messageId, code, expiresAt }) => ({ messageId, to, code, expiresAt }));
  }

  /** @internal The last messages to anybody, newest first, for the inbox page and the console. */
  messages(): readonly StoredMessage[] {
    return this.sent.newest();
  }

  /** The code of the newest message to this recipient. */
  lastCode(to: string): string {
    const code = this.inbox(to).at(-1)?.code;
    if (code === undefined) throw new SandboxError('not_found', 'No code was sent to this recipient.');
    return code;
  }

  /** Ends the lifetime of a message's code now. */
  expire(messageId: string): void {
    const message = this.sent.get(messageId);
    if (!message) throw new SandboxError('not_found', 'No EngageLab message has this id.');
    message.expiresAt = this.options.now();
  }

  /** Sets the state of the account behind the demo credentials: `disabled` answers 2002, `forbidden` 2004. */
  setAccount(account: EngageLabAccount): void {
    this.account = account;
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    const work = routeOf<Reply>(request, {
      'POST /v1/messages': (_, { body }) => this.send(body, false),
      'POST /v1/codes': (_, { body }) => this.send(body, true),
      'POST /v1/verifications': (_, { body }) => this.verify(body),
    });
    return work ? (this.refuseCaller(request) ?? work()) : notFound();
  }

  private refuseCaller({ headers }: ApiRequest): Reply | undefined {
    const credentials = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    const { devKey, devSecret } = DEMO_CREDENTIALS.engagelab;
    if (Buffer.from(credentials, 'base64').toString() !== `${devKey}:${devSecret}`)
      return engagelabError(2001);
    if (this.account === 'disabled') return engagelabError(2002);
    return this.account === 'forbidden' ? engagelabError(2004) : undefined;
  }

  private send(body: string, isCustom: boolean): Reply {
    const request = parseMessageRequest(body, isCustom);
    if ('status' in request) return request;
    if (this.options.refuseResend === true && this.hasValidCode(request.to)) return engagelabError(3004);
    const messageId = newMessageId();
    const sentAt = this.options.now();
    const expiresAt = sentAt + (this.options.expiresInMs ?? CODE_TTL_MS);
    this.sent.set(messageId, { ...request, messageId, sentAt, expiresAt, verified: false, isCustom });
    return json(200, { message_id: messageId, send_channel: request.channel });
  }

  // The sandbox knows one template, so the recipient tells all.
  private hasValidCode(to: string): boolean {
    const isValid = ({ verified, expiresAt }: StoredMessage) => !verified && this.options.now() < expiresAt;
    return this.sent.values().some(message => message.to === to && isValid(message));
  }

  private verify(body: string): Reply {
    const request = parseObject(body);
    if (!request) return engagelabError(3001);
    const messageId = member(request, 'message_id');
    const code = member(request, 'verify_code');
    if (messageId === undefined || code === undefined) return engagelabError(3002);
    if (typeof messageId !== 'string' || typeof code !== 'string') return engagelabError(3001);
    if (messageId === '' || !CODE.test(code)) return engagelabError(3002);
    const message = this.sent.get(messageId);
    // The document asks for the id "returned by the /messages endpoint": no other message exists here.
    if (!message || message.isCustom) return engagelabError(4001);
    if (message.verified || this.options.now() >= message.expiresAt) return engagelabError(3003);
    message.verified = code === message.code;
    return json(200, { message_id: messageId, verify_code: code, verified: message.verified });
  }
}
