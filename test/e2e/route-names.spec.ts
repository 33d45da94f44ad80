import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, mixin, Module, Post, UseGuards, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { optionsFor, yes } from '../support/answering.js';
import { boot, send } from '../support/application.js';
import { FragileStore } from '../support/fragile-store.js';
import { StubServer } from '../support/stub-server.js';

let stub: StubServer;
beforeAll(async () => {
  stub = await StubServer.start();
  stub.reset(yes);
});
afterAll(() => stub.stop());

function controller(): Type {
  @Controller('votes')
  @UseGuards(VerificationGuard)
  class VoteController {
    @Post()
    @RequireVerification('checkify', { consume: false, once: true })
    vote(): void {
      return;
    }
  }
  return VoteController;
}

/** One instance of the application, with two modules whose controllers have one name and one path. */
function instance(store: FragileStore, made: () => Type) {
  @Module({ controllers: [made()] })
  class FirstModule {}
  @Module({ controllers: [made()] })
  class SecondModule {}
  const routes = [
    { path: 'first', module: FirstModule },
    { path: 'second', module: SecondModule },
  ];
  const options = optionsFor(stub, { store });
  const imports = [
    VerificationModule.forRoot(options),
    FirstModule,
    SecondModule,
    RouterModule.register(routes),
  ];
  return boot('express', { imports });
}

it.each([
  ['classes of one name', controller],
  ['mixins, which Nest names at random', () => mixin(controller())],
])('tells routes of two modules apart, the same on every instance: %s', async (_, made) => {
  const store = new FragileStore();
  const one = await instance(store, made);
  const other = await instance(store, made);
  try {
    const status = async (url: string) => (await send(url, { checkify_token: 'r1' })).status;
    expect(await status(`${one.url}/first/votes`)).toBe(201);
    expect(await status(`${one.url}/second/votes`)).toBe(201);
    expect(await status(`${other.url}/first/votes`)).toBe(403);
    expect(await status(`${other.url}/second/votes`)).toBe(403);
  } finally {
    await one.app.close();
    await other.app.close();
  }
});
