import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { member } from '../../wire/json.js';
import type { Manifest } from '../manifest.js';
import { HUMANPROOF_ERRORS } from './humanproof-error.js';
import { HumanProofEmulator } from './humanproof.emulator.js';

const { secret } = DEMO_CREDENTIALS.humanproof;

/** HumanProof in the sandbox. */
export const humanproof: Manifest<typeof HumanProofEmulator, 'secret', 'humanproof'> = {
  name: 'humanproof',
  title: 'HumanProof',
  emulator: HumanProofEmulator,
  root: 'api',
  words: ['api', 'siteverify', 'error'],
  embed: ['widget.js', '<human-proof>'],
  credentials: { secret },
  environment: { HUMANPROOF_SECRET: 'secret', HUMANPROOF_BASE_URL: 'baseUrl' },
  errors: HUMANPROOF_ERRORS,
  outcome: body => {
    if (member(body, 'success') === true) return ['success', true];
    const error = member(body, 'error');
    return [typeof error === 'string' ? error : 'no success', false];
  },
  controls: emulator => ({
    'POST /token': (_, { query }) => emulator.issueToken(query.get('sitekey') ?? undefined),
  }),
  example: ({ control, baseUrl }) => `# HumanProof: a token of the widget, verified
TOKEN=$(curl -s -X POST ${control}/token)
curl -s -H 'Content-Type: application/json' ${baseUrl}/api/siteverify \\
  -d '{"secret":"${secret}","response":"'$TOKEN'"}'; echo`,
};
