import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { member } from '../../wire/json.js';
import type { ConsoleRow, Manifest } from '../manifest.js';
import { ENGAGELAB_ERRORS } from './engagelab-error.js';
import { EngageLabEmulator, type StoredMessage } from './engagelab.emulator.js';

const { devKey, devSecret, templateId } = DEMO_CREDENTIALS.engagelab;

/** EngageLab OTP in the sandbox. */
export const engagelab: Manifest<typeof EngageLabEmulator, 'devKey' | 'devSecret', 'engagelab'> = {
  name: 'engagelab',
  title: 'EngageLab OTP',
  emulator: EngageLabEmulator,
  root: 'v1',
  words: ['v1', 'messages', 'codes', 'verifications', 'to', 'id', 'language', 'send_channel', 'message'],
  credentials: { devKey, devSecret },
  environment: {
    ENGAGELAB_DEV_KEY: 'devKey',
    ENGAGELAB_DEV_SECRET: 'devSecret',
    ENGAGELAB_BASE_URL: 'baseUrl',
  },
  errors: ENGAGELAB_ERRORS,
  outcome: body => {
    const code = member(body, 'code');
    if (typeof code === 'number') return [`${String(code)} ${String(member(body, 'message'))}`, false];
    const channel = member(body, 'send_channel');
    if (typeof channel === 'string') return [`sent by ${channel}`, true];
    return member(body, 'verified') === true ? ['verified', true] : ['wrong code', false];
  },
  controls: emulator => ({
    // `?to=+45…` typed into a shell arrives as a space.
    'GET /code': (_, { query }) => emulator.lastCode((query.get('to') ?? '').replace(/^ /, '+')),
  }),
  actions: emulator => ({
    'POST /*/expire': messageId => {
      emulator.expire(messageId);
      return {};
    },
  }),
  lists: (emulator, now) => ({
    messages: {
      title: 'Codes sent',
      empty: 'No code was sent yet.',
      isInbox: true,
      rows: emulator.messages().map(message => rowOf(message, now)),
    },
  }),
  example: ({ control, baseUrl }) => {
    const post = `curl -s -H 'Content-Type: application/json' -u ${devKey}:${devSecret} ${baseUrl}`;
    return `# EngageLab OTP: send a code, read it off the "phone", verify it
MESSAGE=$(${post}/v1/messages \\
  -d '{"to":"+4512345678","template":{"id":"${templateId}"}}' | tr -dc 0-9)
CODE=$(curl -s "${control}/code?to=+4512345678")
${post}/v1/verifications \\
  -d '{"message_id":"'$MESSAGE'","verify_code":"'$CODE'"}'; echo`;
  },
};

function rowOf(
  { messageId, to, channel, code, sentAt, expiresAt, verified }: StoredMessage,
  now: number,
): ConsoleRow {
  const isValid = !verified && now < expiresAt;
  return {
    id: messageId,
    title: code,
    isCode: true,
    note: `${channel} to ${to}`,
    at: sentAt,
    state: verified ? 'used' : isValid ? 'valid' : 'expired',
    tone: verified ? '' : isValid ? 'yes' : 'no',
    subject: `the code for ${to}`,
    actions: isValid ? { Expire: 'expire' } : {},
  };
}
