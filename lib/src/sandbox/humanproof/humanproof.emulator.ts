import { randomBytes } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import type { ApiRequest } from '../http/api-request.js';
import { BoundedMap } from '../bounded-map.js';
import type { Emulator, LimitedEmulatorOptions } from '../emulator.js';
import { member, parseObject } from '../../wire/json.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { toLocalPage } from '../stand-in.js';

// "Short-lived" is all the document says.
const TOKEN_TTL_MS = 120_000;

/** The state of the HumanProof project behind the demo secret. */
export type HumanProofProject = 'active' | 'revoked' | 'unpaid' | 'suspended' | 'unconfigured';

// Project state to status: the status table of HumanProof's siteverify page. Error texts are ours; they are for logs only.
const REFUSALS: Readonly<Record<Exclude<HumanProofProject, 'active'>, readonly [number, string]>> = {
  revoked: [401, 'Secret is invalid or revoked'],
  unpaid: [402, 'Billing blocks verification'],
  suspended: [403, 'Project is suspended'],
  unconfigured: [422, 'Project engine is not configured'],
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

  /** Puts the project behind the demo secret in a state; all but `active` refuse every call. */
  setProject(project: HumanProofProject): void {
    this.project = project;
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    if (match(request, 'POST /api/siteverify')) return this.siteverify(request.body);
    if (match(request, 'POST /widget/tokens')) return toLocalPage(request, () => this.solved());
    return notFound();
  }

  // The widget is told at once what stands in the way; codes and statuses: the widget's error list.
  private solved(): Reply {
    if (this.project === 'unpaid') return json(402, { error: 'billing_past_due' });
    if (this.project === 'suspended') return json(403, { error: 'domain_not_allowed' });
    return json(200, { token: this.issueToken(), expiresInMs: TOKEN_TTL_MS });
  }

  private siteverify(body: string): Reply {
    if (this.options.limiter.exceeded() !== undefined) return failure(429, 'Rate limit exceeded');
    const request = parseObject(body) ?? {};
    const secret = member(request, 'secret');
    const token = member(request, 'response');
    if (!isFilled(secret) || !isFilled(token)) return failure(422, 'secret and response are required');
    if (secret !== DEMO_CREDENTIALS.humanproof.secret) return failure(...REFUSALS.revoked);
    if (this.project !== 'active') return failure(...REFUSALS[this.project]);
    const expiresAt = this.expiries.get(token);
    this.expiries.delete(token);
    if (expiresAt === undefined || this.options.now() >= expiresAt) return failure(200, 'Token not found');
    return json(200, { success: true });
  }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function failure(status: number, error: string): Reply {
  return json(status, { success: false, error });
}
