/** A captcha that visitors can choose. */
interface Captcha {
  readonly name: string;
  readonly title: string;
  /** The class of the element that the captcha's script turns into a widget. HumanProof has an element of its own. */
  readonly place?: string;
  /** The form field that the widget fills. */
  readonly field: string;
}

/** The captchas of the contact form, in the order of the page. */
export const CAPTCHAS: readonly Captcha[] = [
  { name: 'turnstile', title: 'Turnstile', place: 'cf-turnstile', field: 'cf-turnstile-response' },
  { name: 'hcaptcha', title: 'hCaptcha', place: 'h-captcha', field: 'h-captcha-response' },
  { name: 'recaptcha', title: 'reCAPTCHA', place: 'g-recaptcha', field: 'g-recaptcha-response' },
  {
    name: 'friendly-captcha',
    title: 'Friendly Captcha',
    place: 'frc-captcha',
    field: 'frc-captcha-response',
  },
  { name: 'humanproof', title: 'HumanProof', field: 'humanproof-token' },
];
