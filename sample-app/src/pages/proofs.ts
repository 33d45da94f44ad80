/** A proof that shoppers can choose. */
export interface Proof {
  readonly provider: string;
  readonly title: string;
  /** The form field that the widget fills. */
  readonly field?: string;
  /** The script of the widget, on the sandbox. */
  readonly script?: string;
  /** The class of the element that the script turns into a widget. Others have an element of their own. */
  readonly place?: string;
  /** The request type of Checkify. */
  readonly requestType?: string;
  /** The address where the login starts, for a proof that leaves the page. */
  readonly login?: string;
}

/** Checkify, for a request type such as `age_over_18`. */
export function checkify(requestType: string): Proof {
  const title = 'With your phone (Checkify)';
  return {
    provider: 'checkify',
    title,
    field: 'checkify_token',
    script: 'checkify/embed.js',
    requestType,
  };
}

/** A login with MitID, which starts at this address with the fields of the order. */
export function mitId(login: string): Proof {
  return { provider: 'verifyid', title: 'With MitID (VerifyID.dk)', login };
}

/** HumanProof. */
export const HUMANPROOF = {
  provider: 'humanproof',
  title: 'In this browser (HumanProof)',
  field: 'humanproof-token',
  script: 'humanproof/widget.js',
} satisfies Proof;

/** The captchas of the contact form, in the order of the page. */
export const CAPTCHAS: readonly Proof[] = [
  captcha('turnstile', 'Turnstile', 'cf-turnstile', 'cf-turnstile-response'),
  captcha('hcaptcha', 'hCaptcha', 'h-captcha', 'h-captcha-response'),
  captcha('recaptcha', 'reCAPTCHA', 'g-recaptcha', 'g-recaptcha-response'),
  captcha('friendly-captcha', 'Friendly Captcha', 'frc-captcha', 'frc-captcha-response'),
  { ...HUMANPROOF, title: 'HumanProof' },
];

function captcha(provider: string, title: string, place: string, field: string): Proof {
  return { provider, title, place, field, script: `${provider}/widget.js` };
}
