import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import type { ApplicationKey } from '../application-key.js';
import type { CheckifySession } from './checkify.session.js';

/** Longer than Checkify confirms a result. */
const SESSION_TTL_MS = 24 * 60 * 60_000;

/** Knows for whom sessions were started. A session of the embed is nobody's in particular. */
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

  /** Tells whether a subject may use a session. */
  async allow(name: string, subject: string): Promise<boolean> {
    const owner = await this.state.get(this.keyOf(name));
    return owner === undefined || owner === this.ownerOf(subject);
  }

  private ownerOf(subject: string): string {
    return this.key.digest('subject', subject);
  }

  private keyOf(name: string): string {
    return stateKey(this.scope, 'checkify/session', name.toLowerCase());
  }
}
