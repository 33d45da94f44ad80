import { Controller, Get } from '@nestjs/common';
import { Page } from './pages/page.decorator.js';

/** Shows the start page, or the list of routes as JSON. */
@Controller()
export class HomeController {
  @Get()
  @Page('home')
  routes(): Record<string, string> {
    return {
      'POST /signup': 'Checkify or HumanProof: a human',
      'POST /signup/phone': 'Checkify or HumanProof: a human, to whom EngageLab OTP sends a code',
      'POST /signup/phone/verify': 'EngageLab OTP: the owner of the phone',
      'POST /contact': 'Turnstile, hCaptcha, reCAPTCHA, Friendly Captcha or HumanProof: a human',
      'POST /checkout/mitid': 'VerifyID: redirects to the MitID login',
      'POST /checkout': 'VerifyID or Checkify: over 18',
      'POST /age-gate/start': 'VerifyID: redirects to the MitID login',
      'GET /age-gate': 'VerifyID: over 18, remembered for half an hour',
      'POST /comments': 'a manual check: comments of humans appear at once, others are held for review',
    };
  }
}
