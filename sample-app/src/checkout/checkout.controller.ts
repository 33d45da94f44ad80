import { randomInt } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Inject,
  NotFoundException,
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
import { Page, PageAfter } from '../pages/page.decorator.js';
import { checkify, mitId } from '../pages/proofs.js';
import { OutagePageFilter } from '../pages/refusal-page.filter.js';
import { refusalsAt } from '../pages/refusal-words.js';
import { visitorIn, visitorOf } from '../visitor/visitor.middleware.js';
import { GOODS } from './goods.js';
import { OrderDto } from './order.dto.js';

const ORDER = 'order';
const SHOWN_MS = 30 * 60_000;

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
      scripted: token === undefined ? 'scripted' : '', // without scripts only a login gets further
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
  @PageAfter('/checkout/placed')
  @UseGuards(VerificationGuard)
  @RequireAnyVerification(
    ['verifyid', { claims: ['age_over_18'], subject: visitorOf, body: OrderDto }],
    ['checkify', { claims: ['age_over_18'], body: OrderDto }],
  )
  pay(
    @Body() { item }: OrderDto,
    @Verified() { provider }: AcceptedVerdict,
    @Req() request: Request,
  ): object {
    const placed = {
      order: `K${randomInt(100_000, 1_000_000)}`,
      ordered: item,
      total: `${GOODS.find(({ name }) => name === item)?.price} kr.`,
      adultBy: provider === 'verifyid' ? 'MitID' : 'Checkify',
    };
    visitorIn(request)?.keep(ORDER, JSON.stringify(placed), SHOWN_MS);
    return placed;
  }

  /** Shows the order that this browser placed, also after a reload. A real shop reads it from its database. */
  @Get('placed')
  @Page('ordered')
  placed(@Req() request: Request): object {
    const order = visitorIn(request)?.cookie(ORDER);
    if (order === undefined) throw new NotFoundException();
    return JSON.parse(order) as object;
  }
}
