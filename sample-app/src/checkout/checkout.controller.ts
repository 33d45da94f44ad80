import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Inject,
  Post,
  Redirect,
  Render,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import {
  RequireAnyVerification,
  VerificationGuard,
  Verified,
  type AcceptedVerdict,
} from 'nestjs-verification';
import { MitIdLoginService } from '../mitid/mitid-login.service.js';
import { OutagePageFilter } from '../pages/refusal-page.filter.js';
import { refusalsAt } from '../pages/refusal-words.js';
import { visitorOf } from '../visitor/visitor.middleware.js';
import { OrderDto } from './order.dto.js';

/** Sells to adults, by MitID or Checkify. An order uses up its proof, so the next order needs a new proof. */
@Controller('checkout')
@UseFilters(OutagePageFilter)
export class CheckoutController {
  constructor(@Inject(MitIdLoginService) private readonly login: MitIdLoginService) {}

  /** Shows the form, also to visitors who come back from MitID. The page sends MitID's token with the order. */
  @Get()
  @Render('checkout')
  form(): object {
    return { refusals: { order: refusalsAt('order') } };
  }

  @Post('mitid')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  async start(@Req() request: Request): Promise<{ url: string }> {
    return { url: await this.login.start(request, '/checkout') };
  }

  @Post()
  @UseGuards(VerificationGuard)
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], subject: visitorOf, body: OrderDto }],
    ['checkify', { claims: ['age_over_18'], body: OrderDto }],
  )
  pay(@Body() { item }: OrderDto, @Verified() { provider }: AcceptedVerdict): object {
    return { ordered: item, adultBy: provider };
  }
}
