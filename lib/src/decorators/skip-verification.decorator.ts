import type { Type } from '@nestjs/common';
import { ConfigurationError } from '../errors/verification.error.js';
import { addExemption } from '../route/exemption.js';
import type { AcceptedVerdictOf, ProviderName } from '../providers/provider-types.js';
import type { MethodDecorator as DemandOnMethod } from './demand.decorator.js';

/**
 * Exempts a method from the demands of its class, never from its own. It lifts nothing that a subclass demands.
 *
 * @example `@SkipVerification('the price list is public')`
 */
export function SkipVerification(
  reason: string,
): DemandOnMethod<AcceptedVerdictOf<ProviderName> | undefined> {
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new ConfigurationError("@SkipVerification needs a reason, such as 'the price list is public'.");
  const exempt: MethodDecorator = (target, method) => {
    addExemption((typeof target === 'function' ? target : target.constructor) as Type, method, reason.trim());
  };
  return exempt as never; // its type says more about the method
}
