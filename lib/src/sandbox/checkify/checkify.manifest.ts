import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { asObject, member } from '../../wire/json.js';
import type { ConsoleRow, Manifest } from '../manifest.js';
import { CHECKIFY_ERRORS, CHECKIFY_START_ERRORS } from './checkify-error.js';
import {
  stateOf,
  type CheckifyRequestType,
  type CheckifySession,
  type CheckifySessionState,
} from './checkify-session.js';
import { CheckifyEmulator } from './checkify.emulator.js';

const { apiKey } = DEMO_CREDENTIALS.checkify;

/** Checkify in the sandbox. */
export const checkify: Manifest<typeof CheckifyEmulator, 'apiKey', 'checkify'> = {
  name: 'checkify',
  title: 'Checkify',
  emulator: CheckifyEmulator,
  root: 'v1',
  words: [
    ...'v1 qr results verify pass start status request'.split(' '),
    ...'message reason field required_claims required_fields missing_claims missing_fields'.split(' '),
    ...'approved_fields verified_at request_type'.split(' '),
  ],
  embed: ['embed.js', '<checkify-verification request-type="human">'],
  credentials: { apiKey },
  environment: { CHECKIFY_API_KEY: 'apiKey', CHECKIFY_BASE_URL: 'baseUrl' },
  errors: CHECKIFY_ERRORS,
  meanings: { already_consumed: 'The result was used before.' },
  errorsAt: path => (path.at(-1) === 'start' ? CHECKIFY_START_ERRORS : {}),
  outcome: body => {
    const error = asObject(member(body, 'error'));
    if (error) return [String(member(error, 'code')), false];
    const status = member(body, 'status');
    if (typeof status === 'string') return [status, status === 'completed'];
    return member(body, 'request_id') === undefined ? undefined : ['started', true];
  },
  controls: emulator => ({
    'POST /started': (_, { query }) => start(emulator, query),
    'POST /approved': (_, { query }) => {
      const requestId = start(emulator, query);
      emulator.approve(requestId);
      return requestId;
    },
    'POST /approve/*': requestId => {
      emulator.approve(requestId);
      return requestId;
    },
    'POST /expire/*': requestId => {
      emulator.expire(requestId);
      return requestId;
    },
  }),
  actions: emulator => ({
    'POST /*/approve': requestId => {
      emulator.approve(requestId);
      return {};
    },
    'POST /*/deny': requestId => {
      emulator.deny(requestId);
      return {};
    },
    'POST /*/expire': requestId => {
      emulator.expire(requestId);
      return {};
    },
  }),
  lists: (emulator, now) => ({
    sessions: {
      title: 'Checkify sessions',
      empty: 'No session yet. Open a page with the Checkify panel.',
      rows: emulator.sessions().map(session => rowOf(session, now)),
    },
  }),
  example: ({ control, baseUrl }) => `# Checkify: a person approves, the server verifies
REQUEST=$(curl -s -X POST "${control}/approved?type=age_over_18")
curl -s -H 'Content-Type: application/json' -H 'Authorization: Bearer ${apiKey}' ${baseUrl}/v1/qr/results/verify \\
  -d '{"request_id":"'$REQUEST'","required_claims":["age_over_18"],"consume":true}'; echo`,
};

function start(emulator: CheckifyEmulator, query: URLSearchParams): string {
  const type = query.get('type') ?? 'human';
  return emulator.start({ requestType: type as CheckifyRequestType }).requestId; // it refuses what is no type
}

const TONES = { pending: '', approved: 'yes', denied: 'no', expired: 'no', used: '' } as const;
const BUTTONS: Readonly<Partial<Record<CheckifySessionState, ConsoleRow['actions']>>> = {
  pending: { Approve: 'approve', Decline: 'deny', Expire: 'expire' },
  approved: { Expire: 'expire' },
};

function rowOf(session: CheckifySession, now: number): ConsoleRow {
  const { requestId, requestType, startedAt } = session;
  const state = stateOf(session, now);
  const short = requestId.slice(0, 8);
  return {
    id: requestId,
    title: requestType,
    note: short,
    at: startedAt,
    state: state === 'denied' ? 'declined' : state,
    tone: TONES[state],
    subject: short,
    actions: BUTTONS[state] ?? {},
  };
}
