import { randomBytes } from 'node:crypto';
import type { State } from '../store/state.js';
import { stateKey } from '../store/state-key.js';
import { parseObject, stringMember, type JsonObject } from '../wire/json.js';

const PLACE_LENGTH = 11;
const ID_LENGTH = 32;

/** Something that was started on this server for a person: a code, a login, a QR session. */
export type Challenge = JsonObject;

/**
 * Keeps challenges. The browser holds a challenge's id and nothing else. A challenge has a place, and a new one at the
 * same place takes it over, so that the older id is worth nothing.
 */
export class Challenges {
  constructor(
    private readonly state: State,
    private readonly scope: string,
    /** The provider's name. */
    private readonly owner: string,
  ) {}

  /** A new place, for a challenge that replaces no other. */
  static somewhere(): string {
    return randomBytes(PLACE_LENGTH).toString('base64url');
  }

  /** A new id for a challenge at a place: 32 characters, 21 of them random. It reveals nothing. */
  static idAt(place: string): string {
    return (place.slice(0, PLACE_LENGTH) + randomBytes(24).toString('base64url')).slice(0, ID_LENGTH);
  }

  /** Keeps a challenge under its id for `ttlMs` milliseconds. */
  keep(id: string, challenge: Challenge, ttlMs: number): Promise<void> {
    return this.state.set(this.keyOf(id), JSON.stringify({ ...challenge, id }), ttlMs);
  }

  /** The challenge with an id; `undefined` when it ended, was replaced, or never was. */
  async find(id: string): Promise<Challenge | undefined> {
    const kept = await this.at(id);
    return kept !== undefined && stringMember(kept, 'id') === id ? kept : undefined;
  }

  /** The challenge at a place, whichever id it has. */
  async at(place: string): Promise<Challenge | undefined> {
    const kept = await this.state.get(this.keyOf(place));
    return kept === undefined ? undefined : parseObject(kept);
  }

  /**
   * Uses a proof up, and the challenge that it answers; tells whether this call did. Of several at once, one does. A
   * challenge that stays because the store cannot delete it passes nobody again.
   */
  async use(proof: string, ttlMs: number, id: string | undefined): Promise<boolean> {
    const used = stateKey(this.scope, `${this.owner}/used`, proof);
    const [isFirst] = await Promise.all([
      this.state.setIfAbsent(used, '1', ttlMs),
      id === undefined ? undefined : this.close(id).catch(() => undefined), // the state has logged it
    ]);
    return isFirst;
  }

  close(id: string): Promise<void> {
    return this.state.delete(this.keyOf(id));
  }

  private keyOf(idOrPlace: string): string {
    return stateKey(this.scope, `${this.owner}/challenge`, idOrPlace.slice(0, PLACE_LENGTH));
  }
}
