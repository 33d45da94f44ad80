import type { VerificationResponseCode } from 'nestjs-verification';

/** The forms of the shop by their names, and the age gate. */
export type Place = 'account' | 'phone' | 'code' | 'order' | 'contact' | 'ageGate';

/** A code of the library, or one of the page's own: no answer came, or its code is unknown. */
export type RefusalCode = VerificationResponseCode | 'no_answer' | 'unknown';

/** A refusal in a shopper's words. */
export interface Words {
  /** Stands above the title. @default 'Not right now' if waiting helps, else 'Access refused' */
  readonly eyebrow?: string;
  readonly title: string;
  /** What happened. */
  readonly what: string;
  /** What the shopper can do. */
  readonly next: string;
}

interface RefusalWords extends Words {
  /** Whether waiting helps. */
  readonly isTemporary: boolean;
  /** Words that replace the general words at a place. */
  readonly at?: Partial<Record<Place, Partial<Words>>>;
}

/** All words for refusals. A new response code of the library does not compile without words here. */
export const REFUSAL_WORDS: Record<RefusalCode, RefusalWords> = {
  verification_required: {
    isTemporary: false,
    title: 'Please do the check first',
    what: 'You need a proof to go on.',
    next: 'Go back to the form and do the check.',
    at: {
      account: {
        title: 'Show that you are human first',
        what: 'We create accounts for humans only.',
        next: 'Do the check above, then send the form again. What you typed is still here.',
      },
      phone: {
        title: 'Show that you are human first',
        what: 'We send codes only to people who did the check in the last half hour.',
        next: 'Reload this page, and do the check again.',
      },
      code: {
        title: 'The code is missing',
        what: 'We sent a code to your phone.',
        next: 'Type the code above, then confirm.',
      },
      order: {
        title: 'Show that you are over 18 first',
        what: 'We sell these drinks to adults only.',
        next: 'Do the check above, then place the order.',
      },
      contact: {
        title: 'Show that you are human first',
        what: 'We read messages of humans only.',
        next: 'Choose a captcha above and solve it, then send the message. What you wrote is still here.',
      },
      ageGate: {
        eyebrow: 'Age gate',
        title: 'Adults only',
        what: 'You must be 18 to come in. MitID tells us whether you are 18, and nothing else about you.',
        next: 'Log in with MitID. You come straight back to this page.',
      },
    },
  },
  recipient_malformed: {
    isTemporary: false,
    title: 'This is no phone number',
    what: 'We could not read what you typed as a phone number.',
    next: 'Type a Danish number, or one with its country code, such as +46 70 123 45 67.',
  },
  verification_rejected: {
    isTemporary: false,
    title: 'Your proof was not accepted',
    what: 'It does not show what we ask for, it is too old, or it was used before.',
    next: 'Go back and do the check again.',
    at: {
      account: {
        title: 'We could not confirm that you are human',
        next: 'Do the check again, then send the form again. What you typed is still here.',
      },
      phone: {
        title: 'We cannot send a code to this number',
        what: 'The number cannot be reached.',
        next: 'Use another number.',
      },
      code: {
        title: 'This code is not right',
        what: 'It is mistyped, too old, or was used before.',
        next: 'Type the code of the newest message, or ask for another code.',
      },
      order: {
        title: 'We could not confirm that you are over 18',
        what: 'The proof does not show that you are over 18, it is too old, or it was used before.',
        next: 'If you are over 18, do the check again. Your basket is still here.',
      },
      contact: {
        title: 'We could not confirm that you are human',
        next: 'Solve the captcha again, or choose another one. What you wrote is still here.',
      },
      ageGate: {
        title: 'You cannot come in',
        what: 'MitID did not confirm that you are 18, or this login was used before.',
        next: 'If you are 18, log in again.',
      },
    },
  },
  verification_pending: {
    isTemporary: false,
    title: 'Your check is not finished',
    what: 'We are still waiting for your answer.',
    next: 'Finish the check, then try again.',
    at: {
      account: { next: 'Finish the check on your phone, then send the form again.' },
      order: { next: 'Finish the check, then place the order again.' },
    },
  },
  verification_limited: {
    isTemporary: true,
    title: 'Too many attempts',
    what: 'To protect you, we allow only a few attempts in a row.',
    next: 'Wait a moment, then try again.',
    at: {
      phone: {
        title: 'We have sent you enough codes',
        what: 'We send only a few codes in a row, so that nobody can flood a phone.',
        next: 'Use the newest code.',
      },
      code: {
        title: 'Too many wrong codes',
        what: 'The code that we sent you cannot be used any more.',
        next: 'Ask for another code.',
      },
    },
  },
  verification_unavailable: {
    isTemporary: true,
    title: 'We cannot check this right now',
    what: 'The service that does the check does not answer. This is not your fault.',
    next: 'Try again in a moment.',
    at: {
      account: { next: 'Send the form again in a moment. Your proof and what you typed are still here.' },
      phone: { next: 'Try again in a moment. The number that you typed is still here.' },
      code: { next: 'Confirm again in a moment. Your code is still here.' },
      order: { next: 'Place the order again in a moment. Your proof and your basket are still here.' },
      contact: { next: 'Choose another captcha, or try again in a moment. What you wrote is still here.' },
    },
  },
  no_answer: {
    isTemporary: true,
    title: 'The shop does not answer',
    what: 'Your internet connection or the shop may be down.',
    next: 'Try again in a moment. What you typed is still here.',
  },
  unknown: {
    isTemporary: true,
    title: 'Something went wrong',
    what: 'The shop could not use what you sent.',
    next: 'Try again in a moment. What you typed is still here.',
  },
};

/** A refusal as views show it. */
export interface Refusal extends Required<Words> {
  readonly code: RefusalCode;
  /** The colour: `mild` if waiting helps, `plain` for a greeting, otherwise that of a refusal. */
  readonly tone: 'mild' | 'plain' | '';
}

/** The words for a code. A place may have its own. */
export function refusalOf(code: RefusalCode, place?: Place): Refusal {
  const { at = {}, isTemporary, ...general } = REFUSAL_WORDS[code];
  const words: Words = { ...general, ...(place === undefined ? {} : at[place]) };
  const eyebrow = isTemporary ? 'Not right now' : 'Access refused';
  const tone = isTemporary ? 'mild' : '';
  return { eyebrow, ...words, code, tone: words.eyebrow === undefined ? tone : 'plain' };
}

/** Every refusal that a form can show. */
export function refusalsAt(place: Place): readonly Refusal[] {
  return (Object.keys(REFUSAL_WORDS) as RefusalCode[]).map(code => refusalOf(code, place));
}
