import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Post, UseGuards, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  RequireVerification,
  VerificationError,
  VerificationGuard,
  VerificationModule,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import {
  FriendlyCaptchaService,
  HCaptchaService,
  RecaptchaService,
  TurnstileService,
} from 'nestjs-verification/captcha';
import type { VerificationProvider } from 'nestjs-verification/provider';
import { startSandbox, type Sandbox } from 'nestjs-verification/sandbox';
import { overrideVerification } from 'nestjs-verification/testing';
import { MANIFESTS } from '../../lib/src/sandbox/sandbox-provider.js';
import { listen, start, type RunningTest } from './running.js';

const CAPTCHAS = [
  ['turnstile', TurnstileService, 'cf-turnstile-response'],
  ['hcaptcha', HCaptchaService, 'h-captcha-response'],
  ['recaptcha', RecaptchaService, 'g-recaptcha-response'],
  ['friendly-captcha', FriendlyCaptchaService, 'frc-captcha-response'],
] as const;

describe.each(CAPTCHAS)('%s in a test', (name, Service, field) => {
  let sandbox: Sandbox;
  let running: Pick<RunningTest, 'app' | 'post'> | undefined;

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await running?.app.close();
    running = undefined;
    await sandbox.close();
  });

  @Controller()
  @UseGuards(VerificationGuard)
  class Contact {
    @Post() @RequireVerification(name) send(): void {}
  }
  const application = (options: VerificationModuleOptions = {}): ModuleMetadata => ({
    imports: [VerificationModule.forRoot({ customProviders: [Service], ...options })],
    controllers: [Contact],
  });
  const post = (token: string) => running?.post('', { [field]: token });
  /** The application as it is, without any part of the testing kit. */
  const startOnSandbox = async () => {
    const providers = { ...sandbox.providers, [name]: sandbox.customProviders[name] };
    running = await listen(Test.createTestingModule(application({ providers })), 'express');
  };

  it('has a fake, without credentials', async () => {
    const test = await start(application());
    running = test;
    test.verification.of(name).accept();
    expect(await post('anything')).toMatchObject({ status: 201 });
    test.verification.of(name).reject('expired_or_replayed');
    expect(await post('anything')).toMatchObject({ status: 403 });
    test.verification.of(name).unavailable();
    expect(await post('anything')).toMatchObject({ status: 503 });
    expect(test.verification.of(name).asked).toHaveLength(3);
    expect(test.verification.of(name).asked.at(0)).toMatchObject({ evidence: { token: 'anything' } });
  });

  it('is sent to the sandbox, by the testing kit', async () => {
    const builder = Test.createTestingModule(application());
    overrideVerification(builder, { sandbox });
    running = await listen(builder, 'express');
    const token = sandbox[name].issueToken();
    expect([(await post(token))?.status, (await post(token))?.status]).toEqual([201, 403]);
  });

  it('works on the sandbox by its options', async () => {
    await startOnSandbox();
    const [token, old] = [sandbox[name].issueToken(), sandbox[name].issueToken()];
    sandbox[name].expire(old);
    const statuses = [await post(token), await post(token), await post(old), await post('made-up')];
    expect(statuses.map(answer => answer?.status)).toEqual([201, 403, 403, 403]);
  });

  it('has an outcome for every error that the sandbox plays', async () => {
    await startOnSandbox();
    const service = running?.app.get<VerificationProvider<{ token: string }>>(Service);
    for (const error of Object.keys(MANIFESTS[name].errors)) {
      // A retry gets the same answer.
      sandbox.faults.inject({ provider: name, error, times: Infinity });
      const ended = await service?.verify({ token: `token-${error}` }).catch((thrown: unknown) => thrown);
      sandbox.faults.clear();
      if (ended instanceof VerificationError) expect([error, ended.code]).not.toContain('provider_protocol');
      else expect([error, ended]).toEqual([error, expect.objectContaining({ outcome: 'rejected' })]);
    }
  });

  it('refuses the sandbox’s credential beside a real address, and in production', async () => {
    const [[option, value] = []] = Object.entries(MANIFESTS[name].credentials);
    const expectStop = (own: object, message: string) =>
      expect(Test.createTestingModule(application({ providers: { [name]: own } })).compile()).rejects.toThrow(
        message,
      );
    await expectStop({ [String(option)]: value }, 'is a credential of the sandbox');
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expectStop(sandbox.customProviders[name], 'is a public test credential');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});
