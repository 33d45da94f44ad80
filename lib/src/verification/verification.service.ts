import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { subjectOf } from '../contract/subject.js';
import type { Verdict } from '../contract/verdict.js';
import type { CallContext, CallOptions } from '../events/call-record.js';
import { Outcomes } from '../events/outcomes.js';
import type { VerificationEvent } from '../events/verification.event.js';
import type {
  AcceptedVerdictOf,
  EvidenceOf,
  ProviderName,
  RequirementOf,
} from '../providers/provider-types.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { ProviderRegistry } from '../providers/registry.js';
import { Receipts } from './receipts.js';

/** The routes that the boot has found. The audit fills the list. */
@Injectable()
export class ProtectedRoutes {
  list: ReturnType<VerificationService['routes']> = [];
}

/** Manual checks against any provider by name, and the stream of everything that was checked. */
@Injectable()
export class VerificationService {
  /** One event per verification, from guards and manual checks alike; no secret and no evidence in it. */
  readonly outcomes$: Observable<VerificationEvent>;

  constructor(
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(Receipts) private readonly receipts: Receipts,
    @Inject(Outcomes) outcomes: Outcomes,
    @Inject(ProtectedRoutes) private readonly found: ProtectedRoutes,
  ) {
    this.outcomes$ = outcomes.outcomes$;
  }

  /**
   * Asks a provider; spends the evidence.
   * @throws VerificationError when no verdict could be found, or the evidence is not complete.
   */
  async verify<N extends ProviderName>(
    name: N,
    evidence: EvidenceOf<N>,
    requirement?: RequirementOf<N>,
    options?: CallOptions,
  ): Promise<Verdict<AcceptedVerdictOf<N>>> {
    const verdict: Verdict = await this.registry.get(name).verify(evidence, requirement, options);
    return verdict as Verdict<AcceptedVerdictOf<N>>; // the registry holds the service of that name
  }

  /** Every handler that demands something, and every exemption, as the boot found them; empty before. */
  routes(): readonly {
    /** The class and the method, such as `PayController.pay()`. */
    readonly handler: string;
    /** All are demanded, each of any one of its providers. */
    readonly demands: readonly (readonly string[])[];
    /** The reason of `@SkipVerification`. */
    readonly exemption?: string;
  }[] {
    return this.found.list;
  }

  /**
   * Forgets every acceptance that routes `remember` of a subject, such as at a logout. Where `scope` of the module is a
   * function, say of whose: by the request's `context`, or by the `scope` itself.
   * @throws ProviderUnavailableError when the store fails; the acceptances then still count.
   * @throws ConfigurationError for what no `remember.subject` returns, such as an id that is a number.
   */
  async forget(subject: string, source: CallContext = {}): Promise<void> {
    if (subjectOf(subject) === undefined) {
      const given = typeof subject === 'string' ? 'a text that names nobody' : typeof subject;
      throw new ConfigurationError(
        `forget() needs the text that "remember.subject" returns, not ${given}; nothing was forgotten.`,
      );
    }
    const { registry } = this;
    // A provider that has no account for this tenant keeps nothing of the others.
    const asked = await Promise.allSettled(registry.names.map(name => registry.get(name).scopeAt(source)));
    const scopes = asked.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
    await this.receipts.forget(subject, scopes);
    const failed = asked.find(each => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
