import { Body, Controller, HttpCode, Post, UseGuards, type CanActivate, type Type } from '@nestjs/common';
import { IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';

class CheckoutForm {
  @IsEmail()
  email!: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  note?: string;
}

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
  return guarded(CheckoutController, guard, decorators);
}

/** The same with a form, which the global `ValidationPipe` validates. */
export function formController(guard?: Type<CanActivate>, ...decorators: MethodDecorator[]): Type {
  @Controller('checkout')
  class FormController {
    @Post()
    @HttpCode(200)
    pay(@Body() form: CheckoutForm): object {
      return { ok: form.email !== '' };
    }
  }
  return guarded(FormController, guard, decorators);
}

function guarded(
  controller: Type<{ pay: unknown }>,
  guard: Type<CanActivate> | undefined,
  decorators: readonly MethodDecorator[],
): Type {
  const { prototype } = controller as { prototype: object };
  const handler = Object.getOwnPropertyDescriptor(prototype, 'pay')!;
  const all = guard === undefined ? decorators : [...decorators, UseGuards(guard)];
  for (const decorate of all) decorate(prototype, 'pay', handler);
  return controller;
}
