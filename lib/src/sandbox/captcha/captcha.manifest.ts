import { asObject, member } from '../../wire/json.js';
import type { EmulatorOptions } from '../emulator.js';
import type { Manifest } from '../manifest.js';
import { saidIn, type CaptchaEmulator } from './captcha.emulator.js';
import { siteverifyError } from './siteverify.emulator.js';

const COMMON_CODES = [
  'missing-input-secret',
  'invalid-input-secret',
  'missing-input-response',
  'invalid-input-response',
  'bad-request',
];

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
  const words = path.split('/');
  return {
    ...own,
    isCustom: true,
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
    actions: () => ({}),
    lists: () => ({}),
    example: ({ control, baseUrl }) => `# ${own.title}: a token of the widget, verified
TOKEN=$(curl -s -X POST ${control}/token)
curl -s ${baseUrl}/${path} ${curl}; echo`,
  };
}

/** The documented errors of an API with `error-codes`, by code: those of all, and its own. */
export function siteverifyErrors(...own: readonly string[]): Manifest['errors'] {
  return Object.fromEntries([...COMMON_CODES, ...own].map(code => [code, siteverifyError(code)]));
}
