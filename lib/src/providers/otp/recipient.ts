import { domainToASCII } from 'node:url';
import { typedText } from './typed-text.js';

/** A claim about the recipient of a code. */
export type RecipientClaim = 'phone_verified' | 'email_verified';

/**
 * A phone number in E.164 form or an e-mail address, however a person wrote it; `undefined` for what is neither.
 * A number needs its country code: `+45 20 12 34 56`, `0045…`. An address keeps what stands before the `@` as it is.
 */
export function recipientIn(written: unknown): string | undefined {
  if (typeof written !== 'string' || written.length > 512) return undefined;
  const text = typedText(written);
  return text.includes('@') ? emailIn(text) : phoneIn(text);
}

/** The claim that a code to this recipient attests. */
export function claimOf(recipient: string): RecipientClaim {
  return recipient.includes('@') ? 'email_verified' : 'phone_verified';
}

/** Tells whether two recipients are the same person's: letters of an address count in either case. */
export function isSameRecipient(first: string, second: string): boolean {
  return first.toLowerCase() === second.toLowerCase();
}

/**
 * One phone or mailbox, for limits: spellings that mostly reach the same one bring no fresh guesses or messages. Zeros
 * behind the country code, what stands between `+` and `@`, and the dots of Gmail make no difference.
 */
export function mailboxOf(recipient: string): string {
  const [local = '', domain] = recipient.toLowerCase().split('@');
  if (domain === undefined) {
    const code = callingCodeOf(recipient);
    return `+${code}${recipient.slice(code.length + 1).replace(/^0+/, '')}`;
  }
  const mailbox = local.replace(/(?<=.)\+.*$/, '');
  return /^(gmail|googlemail)\.com$/.test(domain)
    ? `${mailbox.replaceAll('.', '')}@gmail.com`
    : `${mailbox}@${domain}`;
}

const SHORT_CODES = /^\+(1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/; // ITU-T E.164; all others have three digits

function callingCodeOf(phone: string): string {
  return SHORT_CODES.exec(phone)?.[1] ?? phone.slice(1, 4);
}

/** A zero in brackets, however it is spaced. */
const TRUNK_ZERO = /[([]\s*0\s*[)\]]/g;

function phoneIn(text: string): string | undefined {
  const number = text
    .replace(/^tel:/i, '')
    .replace(TRUNK_ZERO, (zero, at: number, all: string) =>
      keepsZero(all.slice(0, at), all.slice(at + zero.length)) ? '0' : '',
    )
    .replace(/[.,;]+$/, '') // elsewhere, a comma begins an extension or another number
    .replace(/[\s()[\]./·\u2212\p{Pd}]/gu, '')
    .replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

/**
 * Most countries dial the zero of `+44 (0)20` only within. In Italy, San Marino, Côte d'Ivoire, Benin and Congo it is part
 * of the number, unless the number has it already or is an Italian mobile.
 */
function keepsZero(before: string, after: string): boolean {
  const [code = '', rest = ''] = [before, after].map(each => each.replace(/\D/g, ''));
  return /^(00)?(39|378|225|229|242)$/.test(code) && !/^(0|3\d{9}$)/.test(rest);
}

// Letters of any script, and the signs of a plain address. Comments, quotes and lists make other spellings of the same
// mailbox, or name several.
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;
const DOMAIN = /^[\p{L}\p{M}\p{N}.。-]{1,190}$/u;
/** A host in ASCII with a dot in it. `domainToASCII` makes an IPv4 address of numbers, which is the domain of no mailbox. */
const HOST = /^(?=.{1,190}$)(?:(?!-)[a-z\d-]{1,63}(?<!-)\.)+(?!\d+$)(?!-)[a-z\d-]{1,63}(?<!-)$/;

function emailIn(text: string): string | undefined {
  const [local = '', domain = '', ...more] = text.split('@');
  if (more.length > 0 || !LOCAL.test(local) || !DOMAIN.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return HOST.test(ascii) ? `${local}@${ascii}` : undefined;
}
