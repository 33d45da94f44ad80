import {
  Module,
  type CanActivate,
  type ExecutionContext,
  type INestApplicationContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  EngageLabOtpService,
  RequireVerification,
  VerificationGuard,
  VerificationModule,
  VerifyIdService,
} from 'nestjs-verification';
import { invocation, payController, type PayController } from '../invocation.js';
import { ConfirmingDispatcher } from './confirming.dispatcher.js';

const subject = (context: ExecutionContext): string =>
  context.switchToHttp().getRequest<{ body: { visitor: string } }>().body.visitor;
const remember = { for: '30m', subject } as const;

/** The routes of the shop. Proofs that pass `vote` once are other than those that pass `like` once. */
const ROUTES = {
  code: payController(RequireVerification('engagelab')),
  login: payController(
    RequireVerification('verifyid', { claims: ['age_over_18'], acceptDeviceId: false, remember }),
  ),
  receipt: payController(RequireVerification('checkify', { remember })),
  vote: payController(RequireVerification('checkify', { consume: false, once: true })),
  like: likeController(),
} as const satisfies Record<string, PayController>;

export type FloodRoute = keyof typeof ROUTES;

/** A route is named by class and method. */
function likeController(): PayController {
  class LikeController {
    pay(): object {
      return {};
    }
  }
  const handler = Object.getOwnPropertyDescriptor(LikeController.prototype, 'pay')!;
  RequireVerification('checkify', { consume: false, once: true })(LikeController.prototype, 'pay', handler);
  return LikeController;
}

/** A shop on the store in memory; requests reach its guard as Nest would hand them over. */
export class FloodedShop {
  private constructor(
    private readonly guard: CanActivate,
    private readonly otp: EngageLabOtpService,
    private readonly verifyId: VerifyIdService,
  ) {}

  static async open(): Promise<FloodedShop> {
    const baseUrl = 'http://127.0.0.1:1';
    class ShopModule {}
    Module({
      imports: [
        VerificationModule.forRoot({
          allowLoopback: true,
          http: { transport: 'undici', dispatcher: new ConfirmingDispatcher() },
          providers: {
            checkify: { apiKey: 'csk_flood', baseUrl },
            engagelab: { devKey: 'key', devSecret: 'secret', baseUrl },
            verifyid: { pluginKey: 'plugin', baseUrl },
          },
        }),
      ],
    })(ShopModule);
    const app: INestApplicationContext = await NestFactory.createApplicationContext(ShopModule, {
      logger: false,
    });
    return new FloodedShop(
      app.get(VerificationGuard),
      app.get(EngageLabOtpService),
      app.get(VerifyIdService),
    );
  }

  /** Whether the guard lets a request through. */
  async admits(route: FloodRoute, body: object): Promise<boolean> {
    try {
      return (await this.guard.canActivate(invocation(ROUTES[route], body))) === true;
    } catch {
      return false;
    }
  }

  /** The id of a new code; `undefined` where none is sent. */
  async codeFor(to: string, requester: string): Promise<string | undefined> {
    const sent = await this.otp.send({ to, templateId: 't', requester }).catch(() => undefined);
    return sent?.challengeId;
  }

  /** The id of a new login; `undefined` where none is started. */
  async loginFor(visitor: string): Promise<string | undefined> {
    const start = {
      returnUrl: 'https://shop.example/',
      minimumAge: 18,
      method: 'mitid',
      subject: visitor,
    } as const;
    const started = await this.verifyId.start(start).catch(() => undefined);
    return started?.challengeId;
  }
}
