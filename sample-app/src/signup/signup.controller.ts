import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { RequireVerification, VerificationGuard } from 'nestjs-verification';
import { SignupDto } from './signup.dto.js';

/** Only for humans: the Checkify embed puts `checkify_token` into the form. A typing error does not cost the scan. */
@Controller('signup')
@UseGuards(VerificationGuard)
export class SignupController {
  @Post()
  @RequireVerification('checkify', { body: SignupDto })
  signUp(@Body() { email }: SignupDto): object {
    return { ok: true, email };
  }
}
