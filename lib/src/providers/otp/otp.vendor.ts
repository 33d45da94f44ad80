import { attest, type Answer, type Rejection } from '../../contract/answer.js';
import type { ExtrasOf } from '../../contract/verdict.js';
import type { CallRecord } from '../../events/call-record.js';
import type { ProviderReply } from '../../http/provider-reply.js';
import type { WireRequest } from '../../http/wire-request.js';
import type { Account } from '../account.js';
import { HttpProvider } from '../http.provider.js';
import type {
  OtpCheck,
  OtpEvidence,
  OtpMessage,
  OtpRequest,
  OtpRequirement,
  OtpVerdict,
} from './otp.types.js';

/** The wire of a vendor that sends codes and verifies them. */
export abstract class OtpVendor<M extends OtpMessage, Channel extends string> extends HttpProvider<
  OtpEvidence,
  OtpRequirement,
  OtpVerdict,
  OtpCheck
> {
  /** The members of a message that only this vendor knows. */
  protected readonly messageMembers: readonly string[] = [];
  /** `true` if the vendor delivers codes that the application made: `code` of a message. */
  protected readonly takesOwnCodes: boolean = false;

  /** The headers of every request, from the keys that `credentials` names. */
  protected abstract headers(keys: Account['keys']): Readonly<Record<string, string>>;

  /** Asks the vendor to send a code: one of its own, or `message.code`. */
  protected abstract messageRequest(message: M): OtpRequest;

  /**
   * Reads the reply to that.
   * @throws RecipientLimitedError where the vendor wants time between two codes.
   * @throws RecipientRejectedError where no code can be sent to this recipient.
   */
  protected abstract readMessage(reply: ProviderReply): { messageId: string; channel: Channel };

  /** Asks the vendor whether a code is right. */
  protected abstract verificationRequest(messageId: string, verifyCode: string): OtpRequest;

  /** Reads the reply to that: `true`, or why not. */
  protected abstract readVerification(
    reply: ProviderReply,
    messageId: string,
    verifyCode: string,
  ): true | Rejection;

  protected request(
    _: OtpCheck,
    { messageId = '', verifyCode }: OtpEvidence,
    keys: Account['keys'],
  ): WireRequest {
    return post(this.headers(keys), this.verificationRequest(messageId, verifyCode));
  }

  protected read(
    reply: ProviderReply,
    { claims }: OtpCheck,
    { messageId = '', verifyCode }: OtpEvidence,
  ): Answer<ExtrasOf<OtpVerdict>> {
    const answer = this.readVerification(reply, messageId, verifyCode);
    return answer === true ? attest(claims, { recipient: undefined }) : answer;
  }

  /** Has the vendor send a code. */
  protected deliver(message: M, record: CallRecord): Promise<{ messageId: string; channel: Channel }> {
    const request = this.messageRequest(message);
    return this.call(
      keys => post(this.headers(keys), request),
      reply => this.readMessage(reply),
      record,
    );
  }
}

function post(headers: Readonly<Record<string, string>>, { path, body }: OtpRequest): WireRequest {
  // A repeat could send a second message or burn the code.
  return { method: 'POST', path, headers, body: JSON.stringify(body), repeatable: false };
}
