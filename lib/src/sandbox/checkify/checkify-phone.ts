import { approve, approveAt, deny, type CheckifySession } from './checkify-session.js';

/** Answers as the person who holds the phone: `human`, an age, or `nobody` to refuse. Only the first answer counts. */
export function answerAs(session: CheckifySession, person: string, now: number): boolean {
  if (session.completedAt !== undefined) return false;
  if (person === 'human') approve(session, now, { claims: ['human_verified'] });
  else if (person === 'asked') approve(session, now);
  else if (person === 'nobody') deny(session, now);
  else if (/^\d{1,3}$/.test(person)) approveAt(session, now, Number(person));
  else return false;
  return true;
}

/** The page that started the session, with the request id in its URL: where the app takes a person back to. */
export function handOffUrl({ page, requestId }: CheckifySession): string | undefined {
  if (page === undefined) return undefined;
  const url = new URL(page);
  url.searchParams.set('checkify_request_id', requestId);
  return url.href;
}
