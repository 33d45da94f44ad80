import type { VerificationResponseCode } from 'nestjs-verification';

/** The forms of the shop by their names, the age gate, and the page that an order without scripts leads to. */
export type Place = 'account' | 'phone' | 'code' | 'order' | 'contact' | 'ageGate' | 'orderPage';

/** A code of the library, or one of the shop's own. */
export type RefusalCode =
  VerificationResponseCode | 'login_cancelled' | 'login_unknown' | 'not_found' | 'no_answer' | 'unknown';

/** A refusal in a shopper's words. */
export interface Words {
  /** Stands above the title. @default 'Not right now' if waiting helps, else 'Access refused' */
  readonly eyebrow?: string;
  readonly title: string;
  /** Says what happened. */
  readonly what: string;
  /** Says what the shopper can do. `in a moment` becomes the time to wait, if that is known. */
  readonly next: string;
}

interface RefusalWords extends Words {
  /** `true` if waiting helps. */
  readonly isTemporary: boolean;
  /** Words that replace the general words at a place. */
  readonly at?: Partial<Record<Place, Partial<Words>>>;
}

/** All words for refusals. A new response code of the library does not compile without words here. */
export const REFUSAL_WORDS: Record<RefusalCode, RefusalWords> = {
  verification_required: {
    isTemporary: false,
    eyebrow: 'One more step',
    title: 'Please do the check first',
    what: 'The form came without a proof. The check needs JavaScript.',
    next: 'Turn on JavaScript, then fill in the form again.',
    at: {
      account: {
        eyebrow: 'One more step',
        title: 'Show that you are human first',
        what: 'We create accounts for humans only.',
        next: 'Press Continue and do the check. What you typed is still here.',
      },
      phone: {
        eyebrow: 'One more step',
        title: 'Show that you are human first',
        what: 'We send codes only to people who did the check in the last half hour.',
        next: 'Press Continue and do the check again.',
      },
      code: {
        title: 'The code is missing',
        what: 'We sent a code to your phone.',
        next: 'Enter the code above.',
      },
      order: {
        eyebrow: 'One more step',
        title: 'Show that you are over 18 first',
        what: 'We sell these drinks to adults only.',
        next: 'Place the order again and do the check. Your basket is still here.',
      },
      orderPage: {
        title: 'Show that you are over 18 first',
        what: 'We sell these drinks to adults only.',
        next: 'Log in with MitID, then place the order. Your basket is still here.',
      },
      contact: {
        eyebrow: 'One more step',
        title: 'Show that you are human first',
        what: 'We read messages of humans only.',
        next: 'Send the message again and solve a captcha. What you wrote is still here.',
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
    next: 'Choose the country and enter the number, such as 20 12 34 56.',
  },
  verification_rejected: {
    isTemporary: false,
    title: 'Your proof was not accepted',
    what: 'It does not show what we ask for, it is too old, or it was used before.',
    next: 'Go back and do the check again.',
    at: {
      account: {
        title: 'We could not confirm that you are human',
        next: 'Press Continue and do the check again. What you typed is still here.',
      },
      phone: {
        title: 'We cannot send a code to this number',
        what: 'The number cannot be reached.',
        next: 'Use another number.',
      },
      code: {
        title: 'This code is not right',
        what: 'It is mistyped, too old, or was used before.',
        next: 'Enter the code of the newest message, or send yourself another one.',
      },
      order: {
        title: 'We could not confirm that you are over 18',
        what: 'The proof does not show that you are over 18, it is too old, or it was used before.',
        next: 'If you are over 18, place the order again and do the check again. Your basket is still here.',
      },
      contact: {
        title: 'We could not confirm that you are human',
        next: 'Send the message again and solve another captcha. What you wrote is still here.',
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
    next: 'Try again in a moment.',
    at: {
      phone: {
        title: 'We have sent you enough codes',
        what: 'We send only a few codes in a row, so that nobody can flood a phone.',
        next: 'Use the newest code. You can get another one in a moment.',
      },
      code: {
        title: 'Too many wrong codes',
        what: 'The code that we sent you cannot be used any more.',
        next: 'Send yourself a new code.',
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
      code: { next: 'Press Continue in a moment. Your code is still here.' },
      order: { next: 'Place the order again in a moment. Your proof and your basket are still here.' },
      contact: {
        next: 'Send the message again in a moment, or choose another captcha then. What you wrote is still here.',
      },
    },
  },
  login_cancelled: {
    isTemporary: false,
    eyebrow: 'Not logged in',
    title: 'The login was not completed',
    what: 'It was cancelled, it failed or it took too long, so MitID has told us nothing about you.',
    next: 'You can log in again.',
    at: {
      order: { next: 'Place the order again to log in again. Your basket is still here.' },
      orderPage: { next: 'Log in again, then place the order. Your basket is still here.' },
    },
  },
  login_unknown: {
    isTemporary: false,
    eyebrow: 'Not logged in',
    title: 'We do not know this login',
    what: 'It began in another browser, or your visit here ended in the meantime.',
    next: 'You can log in again.',
    at: {
      order: { next: 'Place the order again to log in again. Your basket is still here.' },
      orderPage: { next: 'Log in again, then place the order. Your basket is still here.' },
    },
  },
  not_found: {
    isTemporary: false,
    eyebrow: 'Wrong address',
    title: 'This page does not exist',
    what: 'The address is mistyped, or the page has moved.',
    next: 'Go back to the shop.',
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
