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

/** Sells to adults, by MitID or by Checkify. The proof is used up by the purchase; the next one needs a new one. */
@Controller('checkout')
@UseFilters(OutagePageFilter)
export class CheckoutController {
  constructor(@Inject(MitIdLoginService) private readonly login: MitIdLoginService) {}

  /** The form, also for those who come back from MitID; its token goes along with the order. */
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
