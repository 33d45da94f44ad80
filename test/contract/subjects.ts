import type { VerificationModuleOptions } from 'nestjs-verification';
import { type Evidence, type Requirement } from 'nestjs-verification/provider';
import { CHECKIFY } from '../answers/checkify.answers.js';
import { ENGAGELAB } from '../answers/engagelab.answers.js';
import { FRIENDLY_CAPTCHA } from '../answers/friendly-captcha.answers.js';
import { HCAPTCHA } from '../answers/hcaptcha.answers.js';
import { HUMANPROOF } from '../answers/humanproof.answers.js';
import { RECAPTCHA } from '../answers/recaptcha.answers.js';
import { TURNSTILE } from '../answers/turnstile.answers.js';
import { VERIFYID } from '../answers/verifyid.answers.js';
import { friendlyCaptchaAt, hcaptchaAt, recaptchaAt, SECRET_KEY, turnstileAt } from './captcha-at.js';
import { ACME_KEY, acmeAt } from './acme-at.js';
import { PIGEON_KEY, pigeonAt } from './pigeon-at.js';

/** A JSON object that a test may take apart. */
export type Body = Readonly<Record<string, unknown>>;

/** One provider, said once: everything that the fault, leak and property tests must know of it. */
export interface Subject {
  readonly name: string;
  /** Module options that send this provider, and no other, to `baseUrl`. */
  readonly options: (baseUrl: string) => Pick<VerificationModuleOptions, 'providers' | 'customProviders'>;
  /** Fresh evidence that contains `id`; a service's form. */
  readonly evidence: (id: string) => Evidence;
  readonly requirement: Requirement;
  /** The documented *yes* to that evidence. */
  readonly successBody: (evidence: Evidence) => Body;
  /** Members without which there is no *yes*. */
  readonly decisive: readonly (readonly string[])[];
  /** Members that repeat the evidence. */
  readonly echoes: readonly string[];
  /** The only request line there may be. */
  readonly path: RegExp;
  /** Every form in which its credentials could show. */
  readonly secrets: readonly string[];
  /** Statuses that mean something else than "not documented", whatever the body says. */
  readonly refusedStatuses: readonly number[];
}

const basic = Buffer.from('canary-key:canary-secret').toString('base64');

/** Every provider under test; a new one gets all the faults by a line here. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'checkify',
    options: baseUrl => ({ providers: { checkify: { apiKey: 'csk_canary-secret', baseUrl } } }),
    evidence: id => ({ requestId: `canary-evidence-${id}` }),
    requirement: { claims: ['age_over_18'] },
    successBody: ({ requestId }) => CHECKIFY.completed(requestId, ['age_over_18']),
    decisive: [
      ['success'],
      ['status'],
      ['request_id'],
      ['approved_claims'],
      ['approved_claims', 'age_over_18'],
    ],
    echoes: ['request_id'],
    path: /^\/v1\/qr\/results\/verify$/,
    secrets: ['csk_canary-secret'],
    refusedStatuses: [],
  },
  {
    name: 'engagelab',
    options: baseUrl => ({
      providers: {
        engagelab: {
          devKey: 'canary-key',
          devSecret: 'canary-secret',
          baseUrl,
          sendLimit: false,
          alphabet: 'canry0123456789',
        },
      },
    }),
    evidence: id => ({ messageId: `canary-evidence-${id}`, verifyCode: 'canary88' }),
    requirement: {},
    successBody: ({ messageId, verifyCode }) => ENGAGELAB.verified(messageId, verifyCode),
    decisive: [['message_id'], ['verify_code'], ['verified']],
    echoes: ['message_id', 'verify_code'],
    path: /^\/v1\/verifications$/,
    secrets: ['canary-secret', basic],
    refusedStatuses: [],
  },
  {
    name: 'humanproof',
    options: baseUrl => ({ providers: { humanproof: { secret: 'canary-secret', baseUrl } } }),
    evidence: id => ({ token: `canary-evidence-${id}` }),
    requirement: {},
    successBody: () => HUMANPROOF.yes,
    decisive: [['success']],
    echoes: [],
    path: /^\/api\/siteverify$/,
    secrets: ['canary-secret'],
    refusedStatuses: [401, 402, 403],
  },
  {
    name: 'verifyid',
    options: baseUrl => ({ providers: { verifyid: { pluginKey: 'canary-secret', baseUrl } } }),
    evidence: id => ({ token: `canary-evidence-${id}`, deviceId: `canary-device-${id}` }),
    requirement: { claims: ['age_over_18'] },
    successBody: () => VERIFYID.yes(),
    decisive: [['age']],
    echoes: [],
    path: /^\/api\/auth_check\/(?!\.{1,2}\/)[\w\-.!~*'()%]+\/(?!\.{1,2}$)[\w\-.!~*'()%]+$/,
    secrets: ['canary-secret'],
    refusedStatuses: [],
  },
  {
    name: 'turnstile',
    options: turnstileAt,
    evidence: id => ({ token: `canary-evidence-${id}` }),
    requirement: { action: 'signup' } as Requirement,
    successBody: () => TURNSTILE.yes(),
    decisive: [['success'], ['hostname'], ['action']],
    echoes: [],
    path: /^\/turnstile\/v0\/siteverify$/,
    secrets: [SECRET_KEY],
    refusedStatuses: [],
  },
  {
    name: 'hcaptcha',
    options: hcaptchaAt,
    evidence: id => ({ token: `canary-evidence-${id}` }),
    requirement: { maxRiskScore: 0.7 } as Requirement,
    successBody: () => HCAPTCHA.yes({ score: 0.1 }),
    decisive: [['success'], ['hostname'], ['score']],
    echoes: [],
    path: /^\/siteverify$/,
    secrets: [SECRET_KEY],
    refusedStatuses: [],
  },
  {
    name: 'recaptcha',
    options: recaptchaAt,
    evidence: id => ({ token: `canary-evidence-${id}` }),
    requirement: { action: 'signup', minScore: 0.5 } as Requirement,
    successBody: () => RECAPTCHA.v3(),
    decisive: [['success'], ['hostname'], ['action']],
    echoes: [],
    path: /^\/recaptcha\/api\/siteverify$/,
    secrets: [SECRET_KEY],
    refusedStatuses: [],
  },
  {
    name: 'friendly-captcha',
    options: friendlyCaptchaAt,
    evidence: id => ({ token: `canary-evidence-${id}` }),
    requirement: {},
    successBody: () => FRIENDLY_CAPTCHA.yes(),
    decisive: [['success'], ['data'], ['data', 'challenge'], ['data', 'challenge', 'origin']],
    echoes: [],
    path: /^\/api\/v2\/captcha\/siteverify$/,
    secrets: [SECRET_KEY],
    refusedStatuses: [],
  },
  {
    name: 'acme',
    options: acmeAt,
    evidence: id => ({ pass: `canary-evidence-${id}` }),
    requirement: {},
    successBody: () => ({ member: true }),
    decisive: [['member']],
    echoes: [],
    path: /^\/passes\/check$/,
    secrets: [ACME_KEY],
    refusedStatuses: [],
  },
  {
    name: 'pigeon',
    options: baseUrl => pigeonAt(baseUrl, { alphabet: 'canry0123456789' }),
    evidence: id => ({ messageId: `canary-evidence-${id}`, verifyCode: 'canary88' }),
    requirement: {},
    successBody: ({ messageId }) => ({ id: messageId, correct: true }),
    decisive: [['id'], ['correct']],
    echoes: ['id'],
    path: /^\/codes\/check$/,
    secrets: [PIGEON_KEY],
    refusedStatuses: [],
  },
];
