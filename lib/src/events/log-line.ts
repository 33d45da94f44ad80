/** What a line in the operator's log is about; stable, for alerts to go by. */
export type LogEvent =
  | 'verification.failed'
  | 'verification.malformed'
  | 'verification.breaker'
  | 'verification.store_failed'
  | 'verification.unreadable_state'
  | 'verification.misconfigured'
  | 'verification.late_form';

/** Members that can be filtered by. */
export interface LogContext {
  readonly provider?: string | undefined;
  readonly code?: string | undefined;
  readonly reference?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** A sentence for people, and what tools look for behind it: `… [verification.failed provider=checkify …]`. */
export function lineOf(event: LogEvent, message: string, about: LogContext): string {
  const members = Object.entries(about).filter(([, value]) => value !== undefined);
  return `${message} [${[event, ...members.map(([name, value]) => `${name}=${String(value)}`)].join(' ')}]`;
}
