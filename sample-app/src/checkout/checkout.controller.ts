import {
  Body,
  Controller,
  Get,
  Inject,
  Post,
  Redirect,
  Render,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  RequireAnyVerification,
  VerificationGuard,
  Verified,
  type AcceptedVerdict,
} from 'nestjs-verification';
import { MitIdLoginService, mitIdEvidence } from '../mitid/mitid-login.service.js';
import { OutagePageFilter } from '../pages/refusal-page.filter.js';
import { refusalsAt } from '../pages/refusal-words.js';
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

  @Get('mitid')
  @Redirect()
  async start(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ url: string }> {
    return { url: await this.login.start(request, response, '/checkout') };
  }

  @Post()
  @UseGuards(VerificationGuard)
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], evidence: mitIdEvidence, body: OrderDto }],
    ['checkify', { claims: ['age_over_18'], body: OrderDto }],
  )
  pay(@Body() { item }: OrderDto, @Verified() { provider }: AcceptedVerdict): object {
    return { ordered: item, adultBy: provider };
  }
}
