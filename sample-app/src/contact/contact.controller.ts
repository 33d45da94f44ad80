import { Body, Controller, Get, HttpCode, Post, Render, UseGuards } from '@nestjs/common';
import { RequireAnyVerification, VerificationGuard } from 'nestjs-verification';
import { CAPTCHAS } from '../pages/proofs.js';
import { refusalsAt } from '../pages/refusal-words.js';
import { ContactDto } from './contact.dto.js';

/** Keeps bots out of the inbox, by the captcha that the visitor chooses. */
@Controller('contact')
@UseGuards(VerificationGuard)
export class ContactController {
  @Get()
  @Render('contact')
  form(): object {
    return { proofs: CAPTCHAS, refusals: { contact: refusalsAt('contact') } };
  }

  @Post()
  @HttpCode(202)
  @RequireAnyVerification(
    ['turnstile', { body: ContactDto }],
    ['hcaptcha', { body: ContactDto }],
    ['recaptcha', { body: ContactDto }],
    ['friendly-captcha', { body: ContactDto }],
    ['humanproof', { body: ContactDto }],
  )
  contact(@Body() { message }: ContactDto): object {
    return { received: message.length };
  }
}
