import { randomInt } from 'node:crypto';
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
import { Page } from '../pages/page.decorator.js';
import { checkify, mitId } from '../pages/proofs.js';
import { OutagePageFilter } from '../pages/refusal-page.filter.js';
import { refusalsAt } from '../pages/refusal-words.js';
import { visitorOf } from '../visitor/visitor.middleware.js';
import { GOODS } from './goods.js';
import { OrderDto } from './order.dto.js';

/** Sells to adults, by MitID or Checkify. An order uses up its proof, so the next order needs a new proof. */
@Controller('checkout')
@UseFilters(OutagePageFilter)
export class CheckoutController {
  constructor(@Inject(MitIdLoginService) private readonly login: MitIdLoginService) {}

  /** Shows the form, also to visitors who come back from MitID. The page sends MitID's token with the order. */
  @Get()
  @Render('checkout')
  form(@Req() request: Request): object {
    const { item, token_age_verified: token } = request.query;
    const chosen = GOODS.find(({ name }) => name === item) ?? GOODS[0];
    return {
      goods: GOODS.map(each => ({ ...each, checked: each === chosen ? 'checked' : '' })),
      login: token === undefined ? '' : new URL(request.url, 'http://shop').search,
      hidden: token === undefined ? 'hidden' : '',
      proofs: [checkify('age_over_18'), mitId('/checkout/mitid')],
      refusals: { order: refusalsAt('order') },
    };
  }

  /** The login comes back to the basket. */
  @Post('mitid')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  async start(@Req() request: Request, @Body('item') item?: unknown): Promise<{ url: string }> {
    const chosen = GOODS.find(({ name }) => name === item);
    const basket = chosen === undefined ? '' : `?item=${encodeURIComponent(chosen.name)}`;
    return { url: await this.login.start(request, `/checkout${basket}`) };
  }

  @Post()
  @Page('ordered')
  @UseGuards(VerificationGuard)
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], subject: visitorOf, body: OrderDto }],
    ['checkify', { claims: ['age_over_18'], body: OrderDto }],
  )
  pay(@Body() { item }: OrderDto, @Verified() { provider }: AcceptedVerdict): object {
    return {
      order: `K${randomInt(100_000, 1_000_000)}`,
      ordered: item,
      total: `${GOODS.find(({ name }) => name === item)?.price} kr.`,
      adultBy: provider === 'verifyid' ? 'MitID' : 'Checkify',
    };
  }
}
