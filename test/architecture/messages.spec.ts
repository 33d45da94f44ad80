import { expect, it, jest } from '@jest/globals';
import { Editor } from './editor.js';

jest.setTimeout(60_000); // compiles the library

const EDITOR = new Editor();

/** A mistake, and the words of the compiler that say what to write instead. */
it.each([
  ["@RequireVerification('chekify') a() {}", '"checkify" | "engagelab" | "humanproof" | "verifyid"'],
  ["@RequireAnyVerification(['checkify'], ['acme']) a() {}", '"checkify" | "engagelab" | "humanproof"'],
  ["a(@Verified('chekify') v: unknown) { return v; }", '"checkify" | "engagelab" | "humanproof"'],
  ["a() { return service.verify('acme', { token: 't' }); }", '"checkify" | "engagelab" | "humanproof"'],
  [
    "@RequireVerification('humanproof', { claims: ['age_over_18'] }) a() {}",
    `'"age_over_18"' is not assignable to type '"human_verified"'`,
  ],
  ["@RequireVerification('checkify', { claim: [] }) a() {}", "Did you mean to write 'claims'?"],
  [
    "@RequireAnyVerification(['checkify'], ['humanproof', { claim: [] }]) a() {}",
    "Did you mean to write 'claims'?",
  ],
  ["@RequireVerification('verifyid', {}) a() {}", "Property 'claims' is missing"],
  [
    "@RequireVerification('checkify', { remember: { for: '5 mins', subject: () => 's' } }) a() {}",
    '`${number}s` | `${number}m` | `${number}h` | `${number}d`',
  ],
  [
    "@RequireVerification('checkify', { when: () => 7 }) a() {}",
    "'number' is not assignable to type 'boolean | Promise<boolean>'",
  ],
  [
    "@RequireVerification('checkify', { when }) a(@Verified() v: AcceptedVerdict) { return v; }",
    'add `| undefined` to the type of its @Verified() parameter',
  ],
  [
    "a(@Verified('checkify') v: string) { return v; }",
    `[error: "type the parameter AcceptedVerdictOf<'checkify'>"]`,
  ],
  ['a(@Verified() v: string) { return v; }', '[error: "type the parameter AcceptedVerdict"]'],
  ['a = VerificationModule.forRoot({ provider: {} });', "Did you mean to write 'providers'?"],
  ['a = VerificationModule.forRoot({ providers: { chekify: {} } });', "Did you mean to write 'checkify'?"],
  ['a = VerificationModule.forRoot({ http: { timeout: 5 } });', "Did you mean to write 'timeoutMs'?"],
])('for %s, the compiler says %s', (mistake, words) => {
  const errors = EDITOR.errorsIn(`
    import {
      RequireAnyVerification, RequireVerification, Verified, VerificationModule,
      type AcceptedVerdict, type VerificationService,
    } from 'nestjs-verification';
    declare const service: VerificationService;
    const when = (): boolean => true;
    export class Shop { ${mistake} }
    export const used = [service, when, RequireAnyVerification, RequireVerification, Verified, VerificationModule];
    export type Used = AcceptedVerdict;
  `);
  expect(errors.join('\n')).toContain(words);
});
