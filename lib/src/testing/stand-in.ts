import type { VerificationProvider } from '../providers/verification.provider.js';
import type { ScriptedProvider } from './scripted.provider.js';

/** Puts a fake before a provider: its questions go to the fake, and all else stays the provider's own. */
export function standBefore(provider: VerificationProvider, fake: ScriptedProvider): void {
  const ask = provider.ask.bind(provider);
  provider.ask = (check, evidence, record) =>
    fake.ask({ check, evidence, record, ask: () => ask(check, evidence, record) });
}
