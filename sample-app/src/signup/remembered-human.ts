import { Admission } from '../visitor/admission.js';

/** The sign-up of a human. */
export const SIGN_UP = new Admission('human');

/** A human who shows it once does so for the whole sign-up. */
export const REMEMBERED_HUMAN = { for: '30m', subject: SIGN_UP.subject } as const;
