'use strict';
// The libraries we compare with, each in a Nest 11 application of its own and set up as its README says.
require('reflect-metadata');
const { Controller, HttpCode, Module, Post } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

function decorate(decorators, target, key) {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  for (const decorator of decorators) decorator(target, key, descriptor);
  return target;
}

function controllerWith(...decorators) {
  class CheckoutController {
    pay() {
      return { ok: true };
    }
  }
  decorate([Post(), HttpCode(200), ...decorators], CheckoutController.prototype, 'pay');
  return decorate([Controller('checkout')], CheckoutController);
}

const GUARDS = {
  floor: () => ({ controllers: [controllerWith()] }),

  recaptcha: upstream => {
    const { GoogleRecaptchaModule, Recaptcha } = require('@nestlab/google-recaptcha');
    const options = {
      secretKey: 'secret',
      response: request => request.body.checkify_token,
      network: `${upstream}/recaptcha/api/siteverify`, // "or set any api url"
      // It keeps https connections alive by itself. The stand-in is plain http, so it gets the same for http.
      axiosConfig: { httpAgent: new (require('node:http').Agent)({ keepAlive: true }) },
    };
    return { imports: [GoogleRecaptchaModule.forRoot(options)], controllers: [controllerWith(Recaptcha())] };
  },

  turnstile: upstream => {
    const { TurnstileCaptcha, TurnstileModule } = require('nest-cloudflare-turnstile');
    const { TurnstileService } = require('nest-cloudflare-turnstile/dist/services/turnstile.service.js');
    const options = { secretKey: 'secret', tokenResponse: request => request.body.checkify_token };
    return {
      imports: [TurnstileModule.forRoot(options)],
      controllers: [controllerWith(TurnstileCaptcha())],
      // Its address is a constant in the service, and an instance can be told another.
      prepare: app => {
        app.get(TurnstileService, { strict: false }).BASE_URL = upstream;
      },
    };
  },
};

/** Starts the application of a guard; resolves with its URL. */
module.exports = async function peerApplication(guard, upstream) {
  const { prepare, ...metadata } = GUARDS[guard](upstream);
  class RootModule {}
  Module(metadata)(RootModule);
  const app = await NestFactory.create(RootModule, { logger: ['error', 'warn'] });
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
};
