/** The event of a line in the operator's log; stable, for alerts to go by. */
export type LogEvent =
  | 'verification.failed'
  | 'verification.rejected'
  | 'verification.malformed'
  | 'verification.breaker'
  | 'verification.store_failed'
  | 'verification.unreadable_state'
  | 'verification.misconfigured'
  | 'verification.observed'
  | 'verification.routes'
  | 'verification.late_form'
  | 'verification.lost_evidence'
  | 'verification.refused'
  | 'verification.late_guard'
  | 'verification.weak_proof';

/** A sentence for people, and what tools look for behind it: `… [verification.failed provider=checkify …]`. */
export function lineOf(event: LogEvent, message: string, about: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(about).filter(([, value]) => value !== undefined);
  return `${message} [${[event, ...members.map(([name, value]) => `${name}=${String(value)}`)].join(' ')}]`;
}
