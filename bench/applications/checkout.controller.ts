import { Controller, HttpCode, Post, UseGuards, type CanActivate, type Type } from '@nestjs/common';

/** A controller with the one route of every application here, behind the guard if there is one. */
export function checkoutController(guard?: Type<CanActivate>, ...decorators: MethodDecorator[]): Type {
  @Controller('checkout')
  class CheckoutController {
    @Post()
    @HttpCode(200)
    pay(): object {
      return { ok: true };
    }
  }
  const { prototype } = CheckoutController;
  const handler = Object.getOwnPropertyDescriptor(prototype, 'pay')!;
  if (guard !== undefined) decorators.push(UseGuards(guard));
  for (const decorate of decorators) decorate(prototype, 'pay', handler);
  return CheckoutController;
}
