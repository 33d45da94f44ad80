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

function controller(path = ''): Type {
  @Controller('votes')
  @UseGuards(VerificationGuard)
  class VoteController {
    @Post(path)
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

function moduleNamed(name: string, controllers: Type[]): Type {
  const made = { [name]: class {} }[name]!;
  Module({ controllers })(made);
  return made;
}

interface Made {
  readonly modules: Type[];
  readonly hasPaths: boolean;
  readonly urls: [string, string];
}

function pathOf({ modules }: Made, module: Type): string {
  return String(modules.indexOf(module));
}

/** Two classes of one name and path, what tells them apart, and the URLs of their routes. */
const APART: [string, () => Made][] = [
  [
    'the names of their modules',
    () => ({
      modules: ['ShopModule', 'ClubModule'].map((name, index) =>
        moduleNamed(name, [controller(String(index))]),
      ),
      hasPaths: false,
      urls: ['votes/0', 'votes/1'],
    }),
  ],
  [
    'the paths of their modules',
    () => ({
      modules: [controller(), controller()].map(each => moduleNamed('ShopModule', [each])),
      hasPaths: true,
      urls: ['0/votes', '1/votes'],
    }),
  ],
];

it.each(APART)(
  'tells routes apart, also from an instance that has one of them alone: by %s',
  async (_, made) => {
    const store = new FragileStore();
    const [both, alone] = [made(), made()];
    const start = (each: Made, modules: Type[]) =>
      boot('express', {
        imports: [
          VerificationModule.forRoot(optionsFor(stub, { store })),
          ...modules,
          ...(each.hasPaths
            ? [RouterModule.register(modules.map(module => ({ path: pathOf(each, module), module })))]
            : []),
        ],
      });
    const one = await start(both, both.modules);
    const other = await start(alone, alone.modules.slice(1));
    try {
      const status = async (url: string, token: string) =>
        (await send(url, { checkify_token: token })).status;
      expect(await status(`${one.url}/${both.urls[0]}`, 'r1')).toBe(201);
      expect(await status(`${other.url}/${alone.urls[1]}`, 'r1')).toBe(201);
      expect(await status(`${one.url}/${both.urls[1]}`, 'r1')).toBe(403);
    } finally {
      await one.app.close();
      await other.app.close();
    }
  },
);

it('tells classes of one name in one module apart', async () => {
  const imports = [VerificationModule.forRoot(optionsFor(stub, { store: new FragileStore() }))];
  const { app, url } = await boot('express', { imports, controllers: [controller('0'), controller('1')] });
  const status = async (path: string) =>
    (await send(`${url}/votes/${path}`, { checkify_token: 'r1' })).status;
  expect([await status('0'), await status('1'), await status('0'), await status('1')]).toEqual([
    201, 201, 403, 403,
  ]);
  await app.close();
});

it('tells methods of one class apart', async () => {
  @Controller('votes')
  @UseGuards(VerificationGuard)
  class TwoVotesController {
    @Post('up')
    @RequireVerification('checkify', { consume: false, once: true })
    up(): void {
      return;
    }
    @Post('down')
    @RequireVerification('checkify', { consume: false, once: true })
    down(): void {
      return;
    }
  }
  const imports = [VerificationModule.forRoot(optionsFor(stub))];
  const { app, url } = await boot('express', { imports, controllers: [TwoVotesController] });
  const status = async (path: string) =>
    (await send(`${url}/votes/${path}`, { checkify_token: 'r1' })).status;
  expect([await status('up'), await status('down'), await status('up')]).toEqual([201, 201, 403]);
  await app.close();
});
