import { standIn } from '/widget/captcha.js';

const { reset } = standIn(
  import.meta.url,
  'frc-captcha',
  ({ formFieldName = 'frc-captcha-response' }) => formFieldName,
);

/** The stand-in for Friendly Captcha's script. */
Object.assign(globalThis, { frcaptcha: { getAllWidgets: () => [{ reset }] } });
