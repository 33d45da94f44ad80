import { randomBytes } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { member, parseObject } from '../../wire/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { Emulator, LimitedEmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { toLocalPage } from '../stand-in.js';
import { HUMANPROOF_ERRORS, humanproofError } from './humanproof-error.js';

// The document says only "short-lived".
const TOKEN_TTL_MS = 120_000;

/** The state of the HumanProof project behind the demo secret. */
export type HumanProofProject = 'active' | 'revoked' | 'unpaid' | 'suspended' | 'unconfigured';

const REFUSALS: Readonly<Record<Exclude<HumanProofProject, 'active'>, Reply>> = {
  revoked: HUMANPROOF_ERRORS[401],
  unpaid: HUMANPROOF_ERRORS[402],
  suspended: HUMANPROOF_ERRORS[403],
  unconfigured: HUMANPROOF_ERRORS[422],
};

/** HumanProof: tokens of the widget, each accepted once and for two minutes. */
export class HumanProofEmulator implements Emulator {
  private readonly expiries = new BoundedMap<string, number>();
  private project: HumanProofProject = 'active';

  constructor(private readonly options: LimitedEmulatorOptions) {}

  /** A token as the widget writes it into the hidden form field. */
  issueToken(): string {
    const token = `hp_${randomBytes(24).toString('base64url')}`;
    this.expiries.set(token, this.options.now() + TOKEN_TTL_MS);
    return token;
  }

  /** Ends the lifetime of a token now. */
  expire(token: string): void {
    if (this.expiries.get(token) === undefined) {
      throw new SandboxError('not_found', 'No such HumanProof token, or it was used.');
    }
    this.expiries.set(token, this.options.now());
  }

  /** Sets the state of the project behind the demo secret. Every state but `active` refuses all calls. */
  setProject(project: HumanProofProject): void {
    this.project = project;
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    if (match(request, 'POST /api/siteverify')) return this.siteverify(request.body);
    if (match(request, 'POST /widget/tokens')) return toLocalPage(request, () => this.solved());
    return notFound();
  }

  // Codes and statuses: the error list of the widget's page.
  private solved(): Reply {
    if (this.project === 'unpaid') return json(402, { error: 'billing_past_due' });
    if (this.project === 'suspended') return json(403, { error: 'domain_not_allowed' });
    return json(200, { token: this.issueToken(), expiresInMs: TOKEN_TTL_MS });
  }

  private siteverify(body: string): Reply {
    if (this.options.limiter.exceeded() !== undefined) return HUMANPROOF_ERRORS[429];
    const request = parseObject(body) ?? {};
    const secret = member(request, 'secret');
    const token = member(request, 'response');
    if (!isFilled(secret) || !isFilled(token))
      return humanproofError(422, 'secret and response are required');
    if (secret !== DEMO_CREDENTIALS.humanproof.secret) return REFUSALS.revoked;
    if (this.project !== 'active') return REFUSALS[this.project];
    const expiresAt = this.expiries.get(token);
    this.expiries.delete(token);
    if (expiresAt === undefined || this.options.now() >= expiresAt) return HUMANPROOF_ERRORS[200];
    return json(200, { success: true });
  }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
