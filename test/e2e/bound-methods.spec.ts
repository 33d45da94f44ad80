import { afterEach, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards } from '@nestjs/common';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send } from '../support/application.js';
import { StubServer } from '../support/stub-server.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** Ways in which the function that Nest finds is not the one that the guards are written on. */
const binding = {
  proxy: (controller: object): object =>
    new Proxy(controller, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' && name !== 'constructor'
          ? (value.bind(target) as unknown)
          : value;
      },
    }),
  accessor: (controller: object): object => {
    const own = controller as { pay(): void };
    const bound = own.pay.bind(own);
    return Object.defineProperty(controller, 'pay', { get: () => bound });
  },
};

it.each(Object.keys(binding) as (keyof typeof binding)[])(
  'a controller that loses the guards of a method by %s does not start',
  async how => {
    const stub = await StubServer.start();
    open.push({ close: () => stub.stop() });
    stub.reset(yes);
    let handled = 0;
    @Controller('bound')
    class BoundController {
      constructor() {
        return binding[how](this) as BoundController;
      }
      @Post()
      @UseGuards(VerificationGuard)
      @RequireVerification('humanproof')
      pay(): void {
        handled++;
      }
    }
    const running = boot('express', {
      imports: [VerificationModule.forRoot(optionsFor(stub))],
      controllers: [BoundController],
    }).then(({ app, url }) => {
      open.push(app);
      return send(`${url}/bound`, {});
    });
    await expect(running).rejects.toThrow('no VerificationGuard covers it');
    expect(handled).toBe(0);
  },
);
