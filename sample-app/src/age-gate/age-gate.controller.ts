import {
  Controller,
  Get,
  HttpStatus,
  Inject,
  Post,
  Redirect,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import {
  RequireVerification,
  VerificationGuard,
  VerificationService,
  Verified,
  type VerifyIdVerdict,
} from 'nestjs-verification';
import { MitIdLoginService } from '../mitid/mitid-login.service.js';
import { Page } from '../pages/page.decorator.js';
import { OutagePageFilter } from '../pages/refusal-page.filter.js';
import { Admission } from '../visitor/admission.js';
import { visitorOf } from '../visitor/visitor.middleware.js';

const AGE_GATE = new Admission('admitted');

/** Admits adults by MitID and remembers them for half an hour. */
@Controller('age-gate')
@UseFilters(OutagePageFilter)
export class AgeGateController {
  constructor(
    @Inject(MitIdLoginService) private readonly login: MitIdLoginService,
    @Inject(VerificationService) private readonly verification: VerificationService,
  ) {}

  /** POST, because programs that prefetch links must start no login. */
  @Post('start')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  async start(@Req() request: Request): Promise<{ url: string }> {
    return { url: await this.login.start(request, '/age-gate') };
  }

  @Get()
  @Page('welcome')
  @UseGuards(VerificationGuard)
  @RequireVerification('verifyid', {
    claims: ['age_over_18'],
    subject: visitorOf,
    remember: { for: '30m', subject: AGE_GATE.subject },
  })
  enter(@Verified('verifyid') { age, remembered = false }: VerifyIdVerdict, @Req() request: Request): object {
    AGE_GATE.admit(request);
    return { welcome: true, verifiedAge: age, remembered };
  }

  @Post('leave')
  @Redirect('/age-gate', HttpStatus.SEE_OTHER)
  async leave(@Req() request: Request): Promise<void> {
    const admission = AGE_GATE.leave(request);
    if (admission !== undefined) await this.verification.forget(admission);
  }
}
