import { asObject, member } from '../../wire/json.js';
import type { EmulatorOptions } from '../emulator.js';
import type { Manifest } from '../manifest.js';
import { saidIn, type CaptchaEmulator } from './captcha.emulator.js';
import { siteverifyError } from './siteverify.emulator.js';

const COMMON_CODES = {
  'missing-input-secret': 'The call has no secret.',
  'invalid-input-secret': 'The secret is wrong.',
  'missing-input-response': 'The call has no token.',
  'invalid-input-response': 'The token is unknown or malformed.',
  'bad-request': 'The call is malformed.',
};

/** Every code of these APIs as a sentence. */
const MEANINGS = {
  ...COMMON_CODES,
  'timeout-or-duplicate': 'The token is too old, or it was used before.',
  'internal-error': 'The API failed.',
  'expired-input-response': 'The token is too old.',
  'already-seen-response': 'The token was used before.',
  'invalid-or-already-seen-response': 'The token is unknown, or it was used before.',
  'missing-remoteip': 'The call has no address of the visitor.',
  'invalid-remoteip': 'The address of the visitor is malformed.',
  'not-using-dummy-passcode': 'A test site key came with another secret.',
  'not-using-dummy-secret': 'A test site key came with another secret.',
  'sitekey-secret-mismatch': 'The site key and the secret belong to different sites.',
  'invalid-sitekey': 'The site key is wrong.',
};

/** The fields of a call and its answer that are neither secret nor proof. */
const FIELDS =
  'sitekey hostname action score challenge_ts timestamp origin error-codes error_code detail'.split(' ');

type CaptchaClass = new (options: EmulatorOptions) => CaptchaEmulator;

interface Captcha<C extends CaptchaClass, K extends string, N extends string> extends Pick<
  Manifest<C, K, N>,
  'name' | 'title' | 'emulator' | 'credentials' | 'environment' | 'errors'
> {
  /** The class of the element that the widget fills. */
  readonly className: string;
  /** The path of the verification, without a leading slash. */
  readonly path: string;
  /** The arguments with which curl verifies `$TOKEN`. */
  readonly curl: string;
}

/** The manifest of a captcha. */
export function captchaManifest<C extends CaptchaClass, K extends string, N extends string>({
  className,
  path,
  curl,
  ...own
}: Captcha<C, K, N>): Manifest<C, K, N> & { readonly isCustom: true } {
  const words = [...path.split('/'), ...FIELDS];
  return {
    ...own,
    isCustom: true,
    meanings: MEANINGS,
    embed: ['widget.js', `<div class="${className}">`],
    root: words[0] ?? '',
    words,
    outcome: body => {
      if (member(body, 'success') === true) return ['success', true];
      const codes = member(body, 'error-codes');
      const error = asObject(member(body, 'error')) ?? {};
      const code: unknown = Array.isArray(codes) ? codes[0] : member(error, 'error_code');
      return [typeof code === 'string' ? code : 'no success', false];
    },
    controls: emulator => ({
      'POST /token': (_, { query }) => emulator.issueToken(saidIn(query)),
      'POST /expire/*': token => {
        emulator.expire(token);
        return token;
      },
    }),
    example: ({ control, baseUrl }) => `# ${own.title}: a token of the widget, verified
TOKEN=$(curl -s -X POST ${control}/token)
curl -s ${baseUrl}/${path} ${curl}; echo`,
  };
}

/** The documented errors of an API with `error-codes`, by code: those of all, and its own. */
export function siteverifyErrors(...own: readonly (keyof typeof MEANINGS)[]): Manifest['errors'] {
  return Object.fromEntries(
    [...Object.keys(COMMON_CODES), ...own].map(code => [code, siteverifyError(code)]),
  );
}
