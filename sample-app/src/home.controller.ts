import { Controller, Get } from '@nestjs/common';
import { Page } from './pages/page.decorator.js';

/** Says what there is. */
@Controller()
export class HomeController {
  @Get()
  @Page('home')
  routes(): Record<string, string> {
    return {
      'POST /signup': 'Checkify or HumanProof: a human',
      'POST /signup/phone': 'EngageLab OTP: sends a code',
      'POST /signup/phone/verify': 'EngageLab OTP: the owner of the phone',
      'POST /contact': 'HumanProof: a human',
      'GET /checkout/mitid': 'VerifyID: to the MitID login',
      'POST /checkout': 'VerifyID or Checkify: over 18',
      'GET /age-gate/start': 'VerifyID: to the MitID login',
      'GET /age-gate': 'VerifyID: over 18, remembered for half an hour',
      'POST /comments': 'a manual check: humans are published at once, others are held',
    };
  }
}
