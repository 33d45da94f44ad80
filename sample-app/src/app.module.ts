import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { VerificationModule, type VerificationModuleOptions } from 'nestjs-verification';
import {
  FriendlyCaptchaService,
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
} from 'nestjs-verification/captcha';
import { AgeGateController } from './age-gate/age-gate.controller.js';
import { APP_CONFIG } from './app.tokens.js';
import type { AppConfig } from './app.config.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CommentsController } from './comments/comments.controller.js';
import { ContactController } from './contact/contact.controller.js';
import { HomeController } from './home.controller.js';
import { MitIdLoginService } from './mitid/mitid-login.service.js';
import { RefusalPageFilter } from './pages/refusal-page.filter.js';
import { RedisState } from './redis-state.js';
import { PhoneController } from './signup/phone.controller.js';
import { SignupController } from './signup/signup.controller.js';

/** The sample app. */
@Module({})
export class AppModule {
  /** Takes credentials from the environment, unless `providers` has them, such as those of the sandbox. */
  static register(config: AppConfig, providers?: VerificationModuleOptions['providers']): DynamicModule {
    const redis = config.redisUrl === undefined ? undefined : new RedisState(config.redisUrl);
    const verification: VerificationModuleOptions = {
      describeRefusals: true, // tells the pages which proof to ask for
      customProviders: [TurnstileService, HCaptchaService, RecaptchaService, FriendlyCaptchaService],
      // Logins are started here, so no device id of a browser is needed.
      providers: { ...providers, verifyid: { ...providers?.verifyid, acceptDeviceId: false } },
      ...(redis === undefined ? {} : { store: redis.store }),
    };
    return {
      module: AppModule,
      imports: [ConfigModule.forRoot({ isGlobal: true }), VerificationModule.forRoot(verification)],
      controllers: [
        HomeController,
        SignupController,
        PhoneController,
        ContactController,
        CheckoutController,
        AgeGateController,
        CommentsController,
      ],
      providers: [
        { provide: APP_CONFIG, useValue: config },
        MitIdLoginService,
        { provide: APP_FILTER, useClass: RefusalPageFilter },
        { provide: RedisState, useValue: redis },
      ],
    };
  }
}
