import { Injectable, type Type } from '@nestjs/common';
import type { Answer, Check, VerificationProvider } from 'nestjs-verification/provider';
import type { Library } from '../library/library.js';

export const IMMEDIATE = 'checkify-stand-in';

/** A provider that says yes at once, in this build and in builds of before `nestjs-verification/provider`. */
export function immediateProvider(library: Library): Type<VerificationProvider> {
  const check = { claims: ['human_verified'] };
  const yes = library.attest(check.claims, {});
  const Declared = library.DeclaredEvidence as Library['DeclaredEvidence'] | undefined;

  @Injectable()
  class ImmediateProvider extends library.VerificationProvider<{ requestId: string }> {
    readonly name = IMMEDIATE;
    readonly evidence = new (Declared ?? (Object as never))<{ requestId: string }>(
      { requestId: { fields: [{ in: 'body', name: 'checkify_token' }] } },
      [['requestId']],
    );

    describe(): Check {
      return check;
    }

    ask(): Promise<Answer> {
      return Promise.resolve(yes);
    }
  }
  // The names that earlier builds use for the same.
  Object.assign(ImmediateProvider.prototype, {
    evidenceShapes: [['requestId']],
    readEvidence: ({ body }: { body: { checkify_token?: unknown } }) => ({ requestId: body.checkify_token }),
    compile: () => check,
    inquire: () => Promise.resolve(yes),
  });
  return ImmediateProvider;
}
