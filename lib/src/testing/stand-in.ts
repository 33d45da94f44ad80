import type { Type } from '@nestjs/common';
import type { VerificationProvider } from '../providers/verification.provider.js';
import type { ScriptedProvider } from './scripted.provider.js';

/** A class like `Provider`, whose questions go to its fake and not to whomever it asks. */
export function standInFor(
  Provider: Type<VerificationProvider>,
  fakeOf: (provider: VerificationProvider) => ScriptedProvider,
): Type<VerificationProvider> {
  abstract class StandIn extends Provider {
    constructor(...dependencies: unknown[]) {
      super(...dependencies);
      const inquire = this.inquire.bind(this);
      const fake = fakeOf(this);
      this.inquire = (evidence, question, inquiry) =>
        fake.inquire({ evidence, question, inquiry, ask: each => inquire(each, question, inquiry) });
    }
  }
  Object.defineProperty(StandIn, 'name', { value: Provider.name }); // what Nest's messages call it
  return StandIn as unknown as Type<VerificationProvider>;
}
