import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import type { ApplicationKey } from '../application-key.js';
import type { CheckifySession } from './checkify.session.js';
import type { CheckifyEvidence } from './checkify.types.js';

/** A session is kept for longer than Checkify confirms its result. */
const SESSION_TTL_MS = 24 * 60 * 60_000;

/** Remembers for whom sessions were started. A session that the embed starts has no owner. */
export class SessionOwners {
  constructor(
    private readonly state: State,
    private readonly scope: string,
    private readonly key: ApplicationKey,
  ) {}

  /** Keeps the owner of a session, under both of the session's names. */
  async keep({ requestId, pollToken }: CheckifySession, subject: string): Promise<void> {
    const names = pollToken === undefined ? [requestId] : [requestId, pollToken];
    const owner = this.key.nameOf(subject);
    await Promise.all(names.map(name => this.state.set(this.keyOf(name), owner, SESSION_TTL_MS)));
  }

  /** Tells whether a subject may use a session. */
  async allow(session: CheckifyEvidence, subject: string, ahead?: Promise<unknown>): Promise<boolean> {
    return isAllowed(await (ahead ?? this.find(session)), subject, this.key);
  }

  /** The owner of a session, as it is kept. */
  find({ requestId, token = '' }: CheckifyEvidence): Promise<string | undefined> {
    return this.state.get(this.keyOf(requestId ?? token));
  }

  private keyOf(name: string): string {
    return stateKey(this.scope, 'checkify/session', name.toLowerCase());
  }
}

/** Tells whether a subject may use a session of this owner, or of none. */
export function isAllowed(owner: unknown, subject: string, key: ApplicationKey): boolean {
  return owner === undefined || owner === key.nameOf(subject);
}
