import { Test, type TestingModule } from '@nestjs/testing';
import {
  CheckifyService,
  EngageLabOtpService,
  HumanProofService,
  VerificationModule,
  VerifyIdService,
  type VerificationModuleOptions,
} from 'nestjs-verification';
import { CollectingLogger } from './application.js';

/** The four services of a module without a web server. */
export interface RunningServices {
  readonly module: TestingModule;
  readonly logger: CollectingLogger;
  readonly checkify: CheckifyService;
  readonly engagelab: EngageLabOtpService;
  readonly humanproof: HumanProofService;
  readonly verifyid: VerifyIdService;
}

/** Starts the module with every provider at `baseUrl`. */
export async function startServices(
  baseUrl: string,
  options: VerificationModuleOptions = {},
): Promise<RunningServices> {
  const providers = {
    checkify: { apiKey: 'csk_test', baseUrl },
    engagelab: { devKey: 'key', devSecret: 'secret', baseUrl, sendLimit: false as const },
    humanproof: { secret: 'hp_secret', baseUrl },
    verifyid: { pluginKey: 'plugin', baseUrl },
  };
  // The axios transport uses undici until axios is configured.
  const http = options.http?.transport === 'axios' ? { http: { axios: {}, ...options.http } } : {};
  const logger = new CollectingLogger();
  const module = await Test.createTestingModule({
    imports: [VerificationModule.forRoot({ providers, ...options, ...http })],
  })
    .setLogger(logger)
    .compile();
  await module.init();
  return {
    module,
    logger,
    checkify: module.get(CheckifyService),
    engagelab: module.get(EngageLabOtpService),
    humanproof: module.get(HumanProofService),
    verifyid: module.get(VerifyIdService),
  };
}
