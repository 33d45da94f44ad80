import { Scope, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { ConfigurationError } from '../errors/verification.error.js';
import { ProviderRegistry } from '../providers/registry.js';
import { ResolvedOptions } from './resolved.options.js';

/** @throws ConfigurationError where Nest would make the options, or a custom provider, for each request. */
export function expectMadeOnce(moduleRef: ModuleRef): void {
  const isPerRequest = (token: Type): boolean => moduleRef.introspect(token).scope !== Scope.DEFAULT;
  if (isPerRequest(ResolvedOptions)) {
    throw new ConfigurationError(
      'VerificationModule makes its options once, at boot, but forRootAsync() injects something that Nest makes for each request, such as REQUEST. Inject nothing of that kind. Where a credential differs by request, such as by tenant, write it as a function: providers.<name>.<credential>: (context) => string.',
    );
  }
  if (isPerRequest(ProviderRegistry)) {
    throw new ConfigurationError(
      'VerificationModule makes its providers once, at boot, but one of "customProviders" injects something that Nest makes for each request, such as REQUEST. Inject nothing of that kind.',
    );
  }
}
