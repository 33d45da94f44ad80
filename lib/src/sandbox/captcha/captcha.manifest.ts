import { asObject, member } from '../../wire/json.js';
import type { EmulatorOptions } from '../emulator.js';
import type { Manifest } from '../manifest.js';
import { saidIn, type CaptchaEmulator } from './captcha.emulator.js';
import { siteverifyError } from './siteverify.emulator.js';

type CaptchaClass = new (options: EmulatorOptions) => CaptchaEmulator;
type Own = 'name' | 'title' | 'emulator' | 'root' | 'words' | 'credentials' | 'environment' | 'errors';

/** The manifest of a captcha. `verification` is the rest of the `curl` command that verifies `$TOKEN`. */
export function captchaManifest<C extends CaptchaClass, K extends string, N extends string>({
  verification,
  ...own
}: Pick<Manifest<C, K, N>, Own> & { readonly verification: string }): Manifest<C, K, N> & {
  readonly isCustom: true;
} {
  return {
    ...own,
    isCustom: true,
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
curl -s ${baseUrl}/${verification}; echo`,
  };
}

/** The documented errors of an API with `error-codes`, by code. */
export function siteverifyErrors(...codes: readonly string[]): Manifest['errors'] {
  return Object.fromEntries(codes.map(code => [code, siteverifyError(code)]));
}
