import type { Unnamed } from '../contract/reference.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import type { PlannedCheck } from './planned-check.js';

/** A subject and a check, whose receipts are looked up. */
export interface ReceiptQuery {
  readonly planned: PlannedCheck;
  /** The `remember` of the check. */
  readonly remember: NonNullable<PlannedCheck['remember']>;
  readonly subject: string;
  /** The scope of the provider's state. */
  readonly scope: string;
  /** When the invocation ends, by `performance.now()`. */
  readonly deadline: number;
}

/** The moment at which receipts were read, and the mark of the last `forget()` before it. */
export interface Reading {
  /** By `performance.now()`. */
  readonly at: number;
  readonly epoch: string | undefined;
}

/** The receipts of one subject for one check, and where to write down new ones. */
export class ReceiptPage {
  constructor(
    private readonly receipts: {
      lookUp(query: ReceiptQuery): Promise<ReceiptPage>;
      keep(query: ReceiptQuery, reading: Reading, verdict: Unnamed): Promise<void>;
    },
    private readonly query: ReceiptQuery,
    private readonly reading: Reading,
    /** The verdict on the subject, where everything demanded is remembered. */
    readonly remembered: AcceptedVerdict | undefined,
  ) {}

  /** The same for the same subject and check. */
  get name(): string {
    const { planned, remember, subject, scope } = this.query;
    return JSON.stringify([scope, subject, planned.provider.name, remember.scope, planned.check.claims]);
  }

  /** Looks again. */
  async again(): Promise<AcceptedVerdict | undefined> {
    return (await this.receipts.lookUp(this.query)).remembered;
  }

  /** Remembers an acceptance for as long as the route says, or until the provider's statement ends. */
  keep(verdict: Unnamed): Promise<void> {
    return this.receipts.keep(this.query, this.reading, verdict);
  }
}
