import { BoundedMap } from '../bounded-map.js';
import { newSession, type CheckifySession } from './checkify-session.js';

/** The allowed domains of the sandbox's site; a hostname must match one of them exactly. */
export const ALLOWED_DOMAINS: readonly string[] = ['localhost', '127.0.0.1', 'shop.example'];

/** The state of one site in the dashboard: its sessions, its API key and the business behind it. */
export class CheckifySite {
  private readonly sessions = new BoundedMap<string, CheckifySession>();
  private readonly polled = new BoundedMap<string, CheckifySession>();
  isLocked = false;
  isKeyRevoked = false;

  start(requestType: string, now: number, page?: string): CheckifySession {
    const session = newSession(requestType, now, page);
    this.sessions.set(session.requestId, session);
    this.polled.set(session.pollToken, session);
    return session;
  }

  /** The last sessions, newest first. */
  newest(): CheckifySession[] {
    return this.sessions.newest();
  }

  byRequestId(requestId: string): CheckifySession | undefined {
    return this.sessions.get(requestId);
  }

  byPollToken(token: string): CheckifySession | undefined {
    return this.polled.get(token);
  }
}

/** The URL is on one of the site's allowed domains. `www.` and the bare domain are different. */
export function isAllowedSite(siteUrl: string): boolean {
  if (!URL.canParse(siteUrl)) return false;
  const { protocol, hostname } = new URL(siteUrl);
  return /^https?:$/.test(protocol) && ALLOWED_DOMAINS.includes(hostname);
}
