import { Body, Controller, Get, Post, Render, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { RequireAnyVerification, VerificationGuard } from 'nestjs-verification';
import { checkify, HUMANPROOF } from '../pages/proofs.js';
import { refusalsAt } from '../pages/refusal-words.js';
import { COUNTRIES } from './country-code.js';
import { REMEMBERED_HUMAN, SIGN_UP } from './remembered-human.js';
import { SignupDto } from './signup.dto.js';

/**
 * Signs up humans, by either proof. The widgets add the proof to the form. The form is validated first, so that a typing
 * error does not use up the proof. The next step remembers the human.
 */
@Controller('signup')
@UseGuards(VerificationGuard)
export class SignupController {
  @Get()
  @Render('signup')
  form(): object {
    return {
      proofs: [checkify('human'), HUMANPROOF],
      countries: COUNTRIES,
      refusals: {
        account: refusalsAt('account'),
        phone: refusalsAt('phone'),
        code: refusalsAt('code'),
      },
    };
  }

  @Post()
  @RequireAnyVerification(
    ['checkify', { body: SignupDto, remember: REMEMBERED_HUMAN }],
    ['humanproof', { body: SignupDto, remember: REMEMBERED_HUMAN }],
  )
  signUp(@Body() { email }: SignupDto, @Req() request: Request): object {
    SIGN_UP.admit(request);
    return { ok: true, email };
  }
}
