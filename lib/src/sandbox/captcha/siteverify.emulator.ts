import type { ApiRequest } from '../http/api-request.js';
import { json, type Reply } from '../http/reply.js';
import { CaptchaEmulator, type CaptchaApi, type CaptchaToken } from './captcha.emulator.js';

/** The rules of an API that takes its secret in the form. */
interface SiteverifyApi extends CaptchaApi {
  readonly secretKey: string;
  /** The error code of a token that was used before. */
  readonly used: string;
  /** The error code of a token that is too old. */
  readonly expired: string;
  /** The error code of a `sitekey` that is not the site's. Without it, the API does not look at `sitekey`. */
  readonly otherSite?: string;
  /** The field that names a request, so that it can be repeated. */
  readonly requestName?: string;
  /** Further members of a success. */
  readonly success?: object;
}

/** The part that all APIs with `error-codes` have in common. They read forms, and answer under status 200. */
export abstract class SiteverifyEmulator<K extends keyof CaptchaToken> extends CaptchaEmulator<
  K,
  SiteverifyApi
> {
  protected verify(_: ApiRequest, field: (name: string) => string): Reply {
    const { secretKey, siteKey, otherSite, requestName, success } = this.api;
    const site = field('sitekey');
    if (field('secret') === '') return siteverifyError('missing-input-secret');
    if (field('secret') !== secretKey) return siteverifyError('invalid-input-secret');
    if (field('response') === '') return siteverifyError('missing-input-response');
    if (otherSite !== undefined && site !== '' && site !== siteKey) return siteverifyError(otherSite);
    const found = this.redeem(field('response'), requestName && field(requestName));
    if (found === 'unknown') return siteverifyError('invalid-input-response');
    if (typeof found === 'string') return siteverifyError(this.api[found]);
    const challengedAt = new Date(found.issuedAt).toISOString();
    return json(200, { success: true, challenge_ts: challengedAt, ...success, ...found.says });
  }
}

/** The answer with one error code. No document names a status, and the APIs use 200. */
export function siteverifyError(code: string): Reply {
  return json(200, { success: false, 'error-codes': [code] });
}
