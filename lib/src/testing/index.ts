export type { CheckifyFake, CheckifyFakeReason, FakeCheckifySession } from './checkify.fake.js';
export type { EngageLabFake, EngageLabFakeReason, FakeSentCode } from './engagelab.fake.js';
export type { HumanProofFake, HumanProofFakeReason } from './humanproof.fake.js';
export { overrideVerification, type SandboxOverride } from './override-verification.js';
export type { AskedQuestion, FakeAcceptance, FakeExtras, ProviderFake } from './provider.fake.js';
export type { FakeOutage } from './scripted.provider.js';
export { VerificationFakes, type FakeOf } from './verification-fakes.js';
export { VerificationTestingModule } from './verification-testing.module.js';
export type { FakeVerifyIdLogin, VerifyIdFake } from './verifyid.fake.js';
