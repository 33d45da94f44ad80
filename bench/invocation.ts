import type { ExecutionContext, Type } from '@nestjs/common';

/** A controller with one route. */
export type PayController = Type<{ pay(): unknown }>;

/** The part of an `ExecutionContext` that guards read, for one handler invocation over HTTP. */
class Invocation {
  private readonly args: readonly unknown[];

  constructor(
    private readonly target: Type,
    private readonly handler: object,
    body: object,
  ) {
    this.args = [{ body }, { header: () => undefined, setHeader: () => undefined }];
  }

  getClass(): Type {
    return this.target;
  }

  getHandler(): object {
    return this.handler;
  }

  getArgs(): readonly unknown[] {
    return this.args;
  }

  getType(): string {
    return 'http';
  }

  switchToHttp(): object {
    return { getRequest: () => this.args[0], getResponse: () => this.args[1] };
  }
}

/** One invocation of a controller's only method, `pay`. */
export function invocation(target: PayController, body: object): ExecutionContext {
  const handler = Object.getOwnPropertyDescriptor(target.prototype, 'pay')?.value as object;
  return new Invocation(target, handler, body) as unknown as ExecutionContext;
}

/** A controller whose method has these decorators. */
export function payController(...decorators: MethodDecorator[]): PayController {
  class RouteController {
    pay(): object {
      return {};
    }
  }
  const handler = Object.getOwnPropertyDescriptor(RouteController.prototype, 'pay')!;
  for (const decorate of decorators) decorate(RouteController.prototype, 'pay', handler);
  return RouteController;
}
