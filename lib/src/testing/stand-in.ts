import type { Type } from '@nestjs/common';
import type { VerificationProvider } from '../providers/verification.provider.js';
import type { ScriptedProvider } from './scripted.provider.js';

/** A class like `Provider`, whose questions go to its fake. */
export function standInFor(
  Provider: Type<VerificationProvider>,
  fakeOf: (provider: VerificationProvider) => ScriptedProvider,
): Type<VerificationProvider> {
  abstract class StandIn extends Provider {
    constructor(...dependencies: unknown[]) {
      super(...dependencies);
      const ask = this.ask.bind(this);
      const fake = fakeOf(this);
      this.ask = (check, evidence, record) =>
        fake.ask({ check, evidence, record, ask: () => ask(check, evidence, record) });
    }
  }
  Object.defineProperty(StandIn, 'name', { value: Provider.name }); // Nest's messages name it
  return StandIn as unknown as Type<VerificationProvider>;
}
