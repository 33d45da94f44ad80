import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import type { ApplicationKey } from '../application-key.js';
import type { CheckifySession } from './checkify.session.js';

/** A session is kept for longer than Checkify confirms its result. */
const SESSION_TTL_MS = 24 * 60 * 60_000;

/** Remembers for whom sessions were started. A session that the embed starts has no owner. */
export class SessionOwners {
  constructor(
    private readonly state: State,
    private readonly scope: string,
    private readonly key: ApplicationKey,
  ) {}

  /** Keeps whose session it is, under both of its names. */
  async keep({ requestId, pollToken }: CheckifySession, subject: string): Promise<void> {
    const names = pollToken === undefined ? [requestId] : [requestId, pollToken];
    const owner = this.ownerOf(subject);
    await Promise.all(names.map(name => this.state.set(this.keyOf(name), owner, SESSION_TTL_MS)));
  }

  /** Whether a subject may use a session. */
  async allow(name: string, subject: string, ahead?: Promise<unknown>): Promise<boolean> {
    const owner = await (ahead ?? this.find(name));
    return owner === undefined || owner === this.ownerOf(subject);
  }

  /** The owner of a session, as it is kept. */
  find(name: string): Promise<string | undefined> {
    return this.state.get(this.keyOf(name));
  }

  private ownerOf(subject: string): string {
    return this.key.digest('subject', subject);
  }

  private keyOf(name: string): string {
    return stateKey(this.scope, 'checkify/session', name.toLowerCase());
  }
}
