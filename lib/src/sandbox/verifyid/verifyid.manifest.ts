import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { member } from '../../wire/json.js';
import { json } from '../http/reply.js';
import type { ConsoleRow, Manifest } from '../manifest.js';
import { SandboxError } from '../sandbox.error.js';
import { METHOD_NAMES } from './verifyid-flow.js';
import { VerifyIdEmulator, type PendingLogin } from './verifyid.emulator.js';

const { pluginKey } = DEMO_CREDENTIALS.verifyid;

/** VerifyID.dk in the sandbox. */
export const verifyid: Manifest<typeof VerifyIdEmulator, 'pluginKey', 'verifyid'> = {
  name: 'verifyid',
  title: 'VerifyID.dk',
  emulator: VerifyIdEmulator,
  root: 'api',
  words: ['api', 'url_generator_s', 'url_generator_bankid', 'auth_check', '16', '18', 'age'],
  credentials: { pluginKey },
  environment: { VERIFYID_PLUGIN_KEY: 'pluginKey', VERIFYID_BASE_URL: 'baseUrl' },
  // 503 is not documented, but any server can be down.
  errors: { 403: json(403, {}), 404: json(404, { age: null }), 503: json(503, {}) },
  meanings: {
    403: 'The domain of the return address is not verified, or the key is unknown.',
    404: 'No login belongs to this token and device.',
    503: 'The API is down.',
  },
  // A 403, for a domain that is not verified, is documented for the URL generators only.
  errorsAt: ([, endpoint = '']) =>
    endpoint.startsWith('url_generator')
      ? { 403: json(403, { url: null }), 404: json(404, { url: null }) }
      : {},
  outcome: body => {
    const age = member(body, 'age');
    if (age !== undefined) return [`age ${JSON.stringify(age)}`, age !== null];
    const url = member(body, 'url');
    return url === undefined ? undefined : [url === null ? 'no url' : 'login started', url !== null];
  },
  controls: emulator => ({
    'POST /login': (_, { query }) => emulator.login(query.get('url') ?? '', ageOf(query)),
  }),
  actions: emulator => ({
    'POST /*/login': (flowId, { query }) => ({
      location: emulator.loginRedirect(`/verify/${flowId}`, ageOf(query)),
    }),
  }),
  lists: emulator => ({
    logins: {
      title: 'MitID and BankID logins',
      empty: 'No login is open. Start one in your application.',
      rows: emulator.logins().map(rowOf),
    },
  }),
  example: ({ control, baseUrl }) => {
    const returnUrl = encodeURIComponent('http://localhost:3000/return');
    return `# VerifyID: start a login, log in as a person of 21, check the token
DEVICE=2f1c3a52-8f0e-4c0b-9d55-0a7f1f0c1a11
curl -s "${baseUrl}/api/url_generator_s/${pluginKey}/$DEVICE/18?domain=${returnUrl}"; echo
TOKEN=$(curl -s -X POST "${control}/login?url=$DEVICE&age=21")
curl -s ${baseUrl}/api/auth_check/$TOKEN/$DEVICE; echo`;
  },
};

function ageOf(query: URLSearchParams): number | null {
  const age = query.get('age') ?? '';
  if (age === 'none') return null;
  if (/^\d{1,3}$/.test(age)) return Number(age);
  throw new SandboxError('invalid', 'age must be a whole number, or none.');
}

function rowOf({ id, url, method, minimumAge, returnUrl, startedAt }: PendingLogin): ConsoleRow {
  const { host } = new URL(returnUrl);
  const ages = { 'I am 21': '21', 'I am 17': '17', 'I am 15': '15', Cancel: 'none' };
  return {
    id,
    title: METHOD_NAMES[method],
    href: url,
    note: host,
    at: startedAt,
    state: `over ${minimumAge}`,
    tone: '',
    subject: `at ${host}`,
    actions: Object.fromEntries(Object.entries(ages).map(([text, age]) => [text, `login?age=${age}`])),
  };
}
