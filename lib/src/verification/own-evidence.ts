import type { Evidence } from '../contract/evidence.js';
import { EvidenceMissingError } from '../errors/verification.error.js';
import type { Outcomes } from '../events/outcomes.js';
import { asObject } from '../wire/json.js';
import type { Invocation } from './finding.js';
import { saidBy, type PerRequest, type PlannedCheck } from './planned-check.js';

/** Asks the `evidence` functions of routes. */
export class OwnEvidence {
  private readonly told = new WeakSet();

  constructor(private readonly outcomes: Outcomes) {}

  /** The complete evidence of a request, or `undefined`. */
  async read(planned: PlannedCheck, own: PerRequest, invocation: Invocation): Promise<Evidence | undefined> {
    try {
      const said = await saidBy('evidence', planned, own, invocation);
      const evidence = planned.evidence.admit(said);
      if (evidence === undefined) this.tellOf(planned, own, said);
      return evidence;
    } catch (error) {
      if (error instanceof EvidenceMissingError) return undefined; // another alternative's may be there
      throw error;
    }
  }

  /** Tells once of what can never be evidence, such as the token alone. */
  private tellOf({ evidence, provider: { name } }: PlannedCheck, own: object, said: unknown): void {
    const members = Object.keys(evidence.members);
    const shapes = evidence.shapes.map(shape => `{ ${shape.join(', ')} }`).join(' or ');
    const found = Object.keys(asObject(said) ?? {});
    const isMistake = asObject(said) === undefined ? Boolean(said) : found.length > 0;
    if (!isMistake || found.some(each => members.includes(each)) || this.told.has(own)) return;
    this.told.add(own);
    this.outcomes.warn('verification.misconfigured', `"evidence" of "${name}" must return ${shapes}`);
  }
}
