import { randomInt } from 'node:crypto';
import type { ApplicationKey } from '../application-key.js';
import { Challenges, type Challenge } from '../challenges.js';
import { stateKey } from '../../store/state-key.js';
import type { State } from '../../store/state.js';
import { member, stringMember } from '../../wire/json.js';

/** The number of logins that one subject can have open at once, such as one per tab. */
const MOST_OPEN = 5;
/** The time that a person may take to log in. */
const LOGIN_TTL_MS = 60 * 60_000;

/** Keeps logins that were started: a few per subject, each under an id of its own. */
export class Logins {
  private readonly challenges: Challenges;

  constructor(
    private readonly state: State,
    private readonly scope: string,
    private readonly owner: string,
    private readonly key: ApplicationKey,
  ) {
    this.challenges = new Challenges(state, scope, owner);
  }

  /** An id for a login of a subject; the sixth that is open takes the first one's place. */
  async idFor(subject: string | undefined): Promise<string> {
    if (subject === undefined) return Challenges.idAt(Challenges.somewhere());
    const counter = stateKey(this.scope, `${this.owner}/logins`, this.key.nameOf(subject));
    // A memory store that is full of counters must not keep people from logging in.
    const count = await this.state.increment(counter, LOGIN_TTL_MS).catch(() => randomInt(MOST_OPEN));
    return Challenges.idAt(this.placeOf(subject, String(count % MOST_OPEN)));
  }

  /** Keeps what is needed to check a login. */
  async keep(id: string, deviceId: string, subject: string | undefined): Promise<void> {
    const login = subject === undefined ? { deviceId } : { deviceId, subject: this.key.nameOf(subject) };
    const latest = subject === undefined ? [] : [Challenges.idAt(this.placeOf(subject, 'latest'))];
    await Promise.all([id, ...latest].map(each => this.challenges.keep(each, login, LOGIN_TTL_MS)));
  }

  /** The device id of a login, or of the subject's latest one; `undefined` where there is none for that subject. */
  async find(
    id: string | undefined,
    subject: string | undefined,
    ahead?: Promise<unknown>,
  ): Promise<string | undefined> {
    return deviceIdOf(await (ahead ?? this.login(id, subject)), subject, this.key);
  }

  /** A login by its id, else the subject's latest one. It is returned as it is stored: its subject is not compared. */
  async login(id: string | undefined, subject?: string): Promise<Challenge | undefined> {
    if (id !== undefined) return this.challenges.find(id);
    return subject === undefined ? undefined : this.challenges.at(this.placeOf(subject, 'latest'));
  }

  private placeOf(subject: string, which: string): string {
    return this.key.digest('place', this.owner, subject, which);
  }
}

/** The device id of a login as it is kept; `undefined` where there is none for that subject. */
export function deviceIdOf(
  kept: unknown,
  subject: string | undefined,
  key: ApplicationKey,
): string | undefined {
  const login = kept as Challenge | undefined;
  const whose = login && member(login, 'subject');
  if (whose !== undefined && (subject === undefined || whose !== key.nameOf(subject))) return undefined;
  return login && stringMember(login, 'deviceId');
}
