import { Inject } from '@nestjs/common';
import { reject, type Answer, type Rejection } from '../contract/answer.js';
import type { Evidence } from '../contract/evidence.js';
import type { Requirement } from '../contract/requirement.js';
import type { AcceptedVerdict, ExtrasOf } from '../contract/verdict.js';
import type { ProviderProtocolError } from '../errors/verification.error.js';
import { CallRecord, type CallContext } from '../events/call-record.js';
import type { HttpClient } from '../http/client.js';
import { HttpClients } from '../http/clients.js';
import type { HttpOptions } from '../http/http.options.js';
import type { ProviderReply } from '../http/provider-reply.js';
import type { WireRequest } from '../http/wire-request.js';
import { State } from '../store/state.js';
import { member, type JsonObject } from '../wire/json.js';
import { Accounts, type Account, type Credential } from './account.js';
import type { Check } from './check.js';
import { credentialsOf, ProviderOptions, type ProviderOptionsClass } from './provider.options.js';
import { undocumented } from './undocumented.js';
import { VerificationProvider } from './verification.provider.js';

/** Bad request, content too large, URI too long, header fields too large. */
const UNFIT_STATUSES = new Set([400, 413, 414, 431]);

/**
 * A provider behind an HTTP API. Here a reply becomes an answer: a *yes* needs status 200 and a consistent JSON body,
 * whatever the provider's own reader says.
 */
export abstract class HttpProvider<
  E extends Evidence = Evidence,
  R extends Requirement = Requirement,
  A extends AcceptedVerdict = AcceptedVerdict,
  C extends Check = Check,
> extends VerificationProvider<E, R, A, C> {
  @Inject(HttpClients) private readonly clients!: HttpClients;
  @Inject(State) private readonly state!: State;
  private opened: HttpClient | undefined;
  private known: Accounts | undefined;

  /** The base URL of the API, and this provider's own limits over the module's `http` options. */
  protected abstract readonly endpoint: { readonly baseUrl: string; readonly http?: HttpOptions | undefined };

  /**
   * Keys and secrets at this API, by the names of their options: they set its accounts apart, and `request` gets them.
   * @default what the environment may hold of the member `options`, but for the base URL
   */
  protected get credentials(): Readonly<Record<string, Credential | undefined>> {
    const { options } = this as { readonly options?: unknown };
    return options instanceof ProviderOptions ? credentialsOf(options) : {};
  }

  /** The client of this API. */
  protected get client(): HttpClient {
    this.opened ??= this.clients.open(this.name, this.endpoint.baseUrl, this.endpoint.http);
    return this.opened;
  }

  /** Asks in the API's words; a rejection where the evidence can already be seen to be unfit. */
  protected abstract request(check: C, evidence: E, keys: Account['keys']): WireRequest | Rejection;

  /**
   * Reads a reply that is neither an outage nor a rate limit.
   * @throws ProviderProtocolError for an answer that the documentation does not know.
   * @throws ProviderRefusedError where the provider refuses our key or account.
   */
  protected abstract read(reply: ProviderReply, check: C, evidence: E): Answer<ExtrasOf<A>>;

  async ask(check: C, evidence: E, record: CallRecord): Promise<Answer<ExtrasOf<A>>> {
    const keys = this.keysFor(record);
    const request = this.request(check, evidence, keys instanceof Promise ? await keys : keys);
    if (isRejection(request)) return request;
    const reply = await this.client.send(request, record);
    const answer = isOfTheEvidence(reply)
      ? reject('malformed_evidence', { code: reply.status })
      : this.read(reply, check, evidence);
    if (answer.outcome === 'rejected') {
      return record.ambiguous ? reject(answer.reason, { ...answer.details, indeterminate: true }) : answer;
    }
    if (reply.status !== 200) throw this.protocolError(reply, 'says yes under that status');
    if (reply.body === undefined || contradictsItself(reply.body))
      throw this.protocolError(reply, 'contradicts itself');
    return answer;
  }

  /** The state that a question may use until it must be answered, and the scope of its keys. */
  protected async stateFor(record: CallRecord): Promise<{ readonly state: State; readonly scope: string }> {
    const state = this.state.for(this.name, record.since + this.client.deadlineMs);
    return { state, scope: await this.scopeAt(record) };
  }

  /** Makes a call that verifies nothing, such as a start; its failures reach the operator as well. */
  protected async call<T>(
    request: (keys: Account['keys']) => WireRequest,
    read: (reply: ProviderReply) => T,
    record: CallRecord = new CallRecord(this.name),
  ): Promise<T> {
    try {
      if (this.hasTenants) record.tenant = await this.tenantAt(record);
      return read(await this.client.send(request(await this.keysFor(record)), record));
    } catch (error) {
      const failure = this.failureOf(error);
      this.outcomes.logFailure(record, failure);
      throw failure;
    }
  }

  /** @throws ConfigurationError with the fix, where a credential that is needed was never given. */
  protected expectCredentials(): void {
    this.accounts.expectConfigured();
  }

  protected override get hasTenants(): boolean {
    return this.accounts.areMany || super.hasTenants;
  }

  protected override accountAt(source: CallContext): string | Promise<string> {
    const account = this.accounts.at(source);
    return account instanceof Promise ? account.then(({ id }) => id) : account.id;
  }

  private get accounts(): Accounts {
    const { Options } = this.constructor as {
      Options?: Pick<ProviderOptionsClass, 'environment' | 'testKeys'>;
    };
    this.known ??= new Accounts(
      this.name,
      this.endpoint.baseUrl,
      this.credentials,
      this.outcomes,
      () => this.client.deadlineMs,
      Options,
    );
    return this.known;
  }

  private keysFor(record: CallRecord): Account['keys'] | Promise<Account['keys']> {
    const account = this.accounts.at(record);
    if (!(account instanceof Promise)) return account.keys;
    return account.then(({ id, keys }) => {
      record.account = id;
      return keys;
    });
  }

  /** An answer that the documentation does not know; `what` is our own text, never the provider's. */
  protected protocolError({ status }: ProviderReply, what: string): ProviderProtocolError {
    return undocumented(this.name, status, what);
  }
}

function isRejection(request: WireRequest | Rejection): request is Rejection {
  return Object.hasOwn(request, 'outcome');
}

/** Tells whether a proxy or web server, which speaks no JSON, refuses the request itself. Only its evidence varies. */
function isOfTheEvidence({ status, body }: ProviderReply): boolean {
  return body === undefined && UNFIT_STATUSES.has(status);
}

/** Tells whether a *yes* also says no: by an error, a code, or a `success` or `verified` that is not `true`. */
function contradictsItself(body: JsonObject): boolean {
  const stated = (name: string): boolean => (member(body, name) ?? null) !== null;
  const denied = (name: string): boolean => (member(body, name) ?? true) !== true;
  return stated('error') || stated('errors') || stated('code') || denied('success') || denied('verified');
}
