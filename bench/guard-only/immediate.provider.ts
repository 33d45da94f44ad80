import { Injectable, type Type } from '@nestjs/common';
import type { Answer, Question, Requirement, VerificationProvider } from 'nestjs-verification';
import type { Library } from '../library/library.js';

export const IMMEDIATE = 'checkify-stand-in';

/** A provider that says yes at once. */
export function immediateProvider(library: Library): Type<VerificationProvider> {
  const { attest, demandedClaims } = library;

  @Injectable()
  class ImmediateProvider extends library.VerificationProvider<{ requestId: string }> {
    readonly name = IMMEDIATE;
    protected readonly evidenceShapes = [['requestId']] as const;

    readEvidence({ body }: { body: unknown }): unknown {
      return { requestId: (body as { checkify_token?: unknown }).checkify_token };
    }

    protected compile({ claims }: Requirement): Question {
      const supports = (): boolean => true;
      return {
        claims: demandedClaims(claims, {
          provider: this.name,
          defaults: ['human_verified'],
          supports,
          hint: '',
        }),
      };
    }

    protected inquire(): Promise<Answer> {
      return Promise.resolve(attest(['human_verified'], {}));
    }
  }
  return ImmediateProvider;
}
