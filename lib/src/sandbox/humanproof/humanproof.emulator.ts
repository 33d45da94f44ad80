import { randomBytes } from 'node:crypto';
import { DEMO_CREDENTIALS } from '../../contract/demo-credentials.js';
import { parseObject, stringMember } from '../../wire/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { Emulator, LimitedEmulatorOptions } from '../emulator.js';
import type { ApiRequest } from '../http/api-request.js';
import { refusal } from '../http/api-request.js';
import { json, notFound, type Reply } from '../http/reply.js';
import { match } from '../http/route.js';
import { SandboxError } from '../sandbox.error.js';
import { toLocalPage } from '../stand-in.js';
import { HUMANPROOF_ERRORS, humanproofError } from './humanproof-error.js';

// The document says only "short-lived".
const TOKEN_TTL_MS = 120_000;

/** The state of a HumanProof project. */
export type HumanProofProject = 'active' | 'revoked' | 'unpaid' | 'suspended' | 'unconfigured';

const REFUSALS: Readonly<Record<Exclude<HumanProofProject, 'active'>, Reply>> = {
  revoked: HUMANPROOF_ERRORS[401],
  unpaid: HUMANPROOF_ERRORS[402],
  suspended: HUMANPROOF_ERRORS[403],
  unconfigured: HUMANPROOF_ERRORS[422],
};

const DEMO = DEMO_CREDENTIALS.humanproof;

interface Project {
  readonly secret: string;
  readonly siteKey: string;
  state: HumanProofProject;
}

/** HumanProof: two projects, and tokens of their widgets, each accepted once, for two minutes and by its own project. */
export class HumanProofEmulator implements Emulator {
  private readonly tokens = new BoundedMap<string, { readonly project: Project; expiresAt: number }>();
  private readonly projects: readonly Project[] = [
    { secret: DEMO.secret, siteKey: DEMO.siteKey, state: 'active' },
    { secret: DEMO.otherSecret, siteKey: DEMO.otherSiteKey, state: 'active' },
  ];

  constructor(private readonly options: LimitedEmulatorOptions) {}

  /** A token as the widget of a project writes it into the hidden form field. */
  issueToken(siteKey: string = DEMO.siteKey): string {
    return this.issue(this.project(siteKey));
  }

  /** Ends the lifetime of a token now. */
  expire(token: string): void {
    const issued = this.tokens.get(token);
    if (!issued) throw new SandboxError('not_found', 'No such HumanProof token, or it was used.');
    issued.expiresAt = this.options.now();
  }

  /** Sets the state of a project. Every state but `active` refuses all of its calls. */
  setProject(state: HumanProofProject, siteKey: string = DEMO.siteKey): void {
    this.project(siteKey).state = state;
  }

  /** Answers one call of the API; the sandbox's server calls it. */
  reply(request: ApiRequest): Reply {
    if (match(request, 'POST /api/siteverify')) return this.siteverify(request.body);
    if (match(request, 'POST /widget/tokens')) return toLocalPage(request, () => this.solved(request.query));
    return notFound();
  }

  // Codes and statuses: the error list of the widget's page.
  private solved(query: URLSearchParams): Reply {
    const project = this.projectOf(query.get('sitekey') ?? DEMO.siteKey);
    if (!project) return refusal(404, 'unknown_sitekey', 'No project has this site key.');
    if (project.state === 'unpaid') return json(402, { error: 'billing_past_due' });
    if (project.state === 'suspended') return json(403, { error: 'domain_not_allowed' });
    return json(200, { token: this.issue(project), expiresInMs: TOKEN_TTL_MS });
  }

  private issue(project: Project): string {
    const token = `hp_${randomBytes(24).toString('base64url')}`;
    this.tokens.set(token, { project, expiresAt: this.options.now() + TOKEN_TTL_MS });
    return token;
  }

  private projectOf(siteKey: string): Project | undefined {
    return this.projects.find(project => project.siteKey === siteKey);
  }

  private project(siteKey: string): Project {
    const project = this.projectOf(siteKey);
    if (!project) throw new SandboxError('not_found', 'No HumanProof project has this site key.');
    return project;
  }

  private siteverify(body: string): Reply {
    if (this.options.limiter.exceeded() !== undefined) return HUMANPROOF_ERRORS[429];
    const request = parseObject(body) ?? {};
    const secret = stringMember(request, 'secret');
    const token = stringMember(request, 'response');
    if (secret === undefined || token === undefined)
      return humanproofError(422, 'secret and response are required');
    const project = this.projects.find(each => each.secret === secret);
    if (!project) return REFUSALS.revoked;
    if (project.state !== 'active') return REFUSALS[project.state];
    const issued = this.tokens.get(token);
    if (issued?.project !== project) return HUMANPROOF_ERRORS[200];
    this.tokens.delete(token);
    return this.options.now() < issued.expiresAt ? json(200, { success: true }) : HUMANPROOF_ERRORS[200];
  }
}
