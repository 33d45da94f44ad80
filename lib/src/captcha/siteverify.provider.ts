import { ConfigurationError } from '../index.js';
import {
  CallRecord,
  HttpProvider,
  type Answer,
  type Check,
  type ExtrasOf,
  type ProviderReply,
  type Requirement,
  type WireRequest,
} from '../provider/index.js';
import type { CaptchaEvidence, CaptchaVerdict } from './captcha.types.js';
import { held, humanClaims, type Expectations } from './expectations.js';
import type { SiteverifyOptions } from './siteverify.options.js';
import { readSiteverify, siteverifyRequest, type SiteverifyApi } from './siteverify.wire.js';

/** A requirement with the members of the form that are the same for every token. */
export interface SiteverifyCheck extends Check {
  readonly expected: Expectations;
  readonly form: Readonly<Record<string, string>>;
}

/** A captcha whose tokens a `siteverify` checks, in the form that Google's had first. */
export abstract class SiteverifyProvider<R extends Requirement<'human_verified'>> extends HttpProvider<
  CaptchaEvidence,
  R,
  CaptchaVerdict,
  SiteverifyCheck
> {
  protected abstract readonly options: SiteverifyOptions;
  protected abstract readonly api: SiteverifyApi;

  protected get endpoint() {
    return { baseUrl: this.options.baseUrl ?? this.api.baseUrl, http: this.options.http };
  }

  /** The check of a requirement that demands this of a *yes*. */
  protected checkOf(claims: unknown, demanded: Expectations): SiteverifyCheck {
    this.expectCredentials();
    const { hostnames, sitekey } = this.options;
    return {
      claims: humanClaims(this.name, claims),
      expected: { ...demanded, hostnames },
      form: this.api.takesSitekey === true && sitekey !== undefined ? { sitekey } : {},
    };
  }

  /** Asks with the visitor's address, where the application tells it. */
  override ask(
    check: SiteverifyCheck,
    evidence: CaptchaEvidence,
    record: CallRecord,
  ): Promise<Answer<ExtrasOf<CaptchaVerdict>>> {
    return super.ask({ ...check, form: { ...check.form, ...this.addressOf(record) } }, evidence, record);
  }

  protected request(
    { form }: SiteverifyCheck,
    { token }: CaptchaEvidence,
    { secretKey }: { secretKey: string },
  ): WireRequest {
    return siteverifyRequest(this.api, { secret: secretKey, ...form, response: token });
  }

  protected read(reply: ProviderReply, { expected }: SiteverifyCheck): Answer<ExtrasOf<CaptchaVerdict>> {
    return readSiteverify(this.name, reply, this.api, solved => held(solved, expected, this.api.lifeMs));
  }

  /** Only the application knows which address is the visitor's: anybody can send a forwarded header. */
  private addressOf({ context }: CallRecord): { readonly remoteip?: string } {
    const address: unknown = context && this.options.remoteIp?.(context);
    if (address === undefined) return {};
    if (typeof address === 'string' && address !== '') return { remoteip: address };
    throw new ConfigurationError(
      `"providers.${this.name}.remoteIp" must return a text that is not empty, or undefined.`,
      this.name,
    );
  }
}
