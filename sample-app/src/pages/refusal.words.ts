import type { VerificationResponseCode } from 'nestjs-verification';

/** A refusal as a person should read it. */
export interface Words {
  /** Above the title. @default 'Access refused', or 'Not right now' where time helps */
  readonly eyebrow?: string;
  readonly title: string;
  readonly what: string;
  readonly next: string;
}

/** For any page; a new code without words does not compile. */
export const WORDS: Record<VerificationResponseCode, Words> = {
  verification_required: {
    title: 'A proof is missing',
    what: 'This page opens once you have shown who you are.',
    next: 'Go back and do the check first.',
  },
  verification_rejected: {
    title: 'Your proof was not accepted',
    what: 'It does not show what this page asks for, or it was used before.',
    next: 'Go back and do the check again.',
  },
  verification_pending: {
    title: 'Your check is not finished',
    what: 'We have no answer from you yet.',
    next: 'Finish it, then try again.',
  },
  verification_limited: {
    title: 'That was too often',
    what: 'To protect you, this is only possible a few times in a row.',
    next: 'Wait a moment, then try again.',
  },
  verification_unavailable: {
    title: 'We cannot check this right now',
    what: 'The service that checks it does not answer. That is not your fault, and nothing was decided.',
    next: 'Try again in a moment.',
  },
};

/** What the age gate says instead. */
export const AGE_GATE_WORDS: Partial<Record<VerificationResponseCode, Words>> = {
  verification_required: {
    eyebrow: 'Age gate',
    title: 'Adults only',
    what: 'Behind this door you have to be 18. MitID tells us whether you are, and nothing else about you.',
    next: 'Log in with MitID, and you come straight back.',
  },
  verification_rejected: {
    title: 'You stay outside this time',
    what: 'MitID did not confirm that you are 18, or this login was used before.',
    next: 'If you are 18, log in once more.',
  },
};
