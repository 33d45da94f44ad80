import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { named } from '../contract/reference.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderName } from '../providers/provider-types.js';
import { verdictsOf } from '../guard/verdicts.js';
import { liftedOn } from '../route/demand-metadata.js';
import type { ParameterDecorator as OnParameter } from './demand.decorator.js';

/** Reads a verdict for `@Verified()`; the audit knows its parameters by this function. */
export function readVerdict(
  provider: ProviderName | undefined,
  context: ExecutionContext,
): AcceptedVerdict | undefined {
  const { accepted, demanded } = verdictsOf(context);
  const wanted =
    provider === undefined ? accepted : accepted.filter(verdict => verdict.provider === provider);
  const place = `${context.getClass().name}.${context.getHandler().name}`;
  if (wanted[0] === undefined) {
    const isDemanded = provider === undefined ? demanded.size > 0 : demanded.has(provider);
    if (isDemanded || isLifted(context, provider)) return undefined; // another alternative, a `when`, an exemption
    const name = provider === undefined ? '' : `'${provider}'`;
    throw new ConfigurationError(
      `${place}: @Verified(${name}) has no verdict; add @RequireVerification(${name || '…'}) to the route.`,
      provider,
    );
  }
  const names = new Set(wanted.map(verdict => `'${verdict.provider}'`)); // one may have met several demands
  if (names.size > 1)
    throw new ConfigurationError(`${place}: @Verified() is ambiguous; name one of ${[...names].join(', ')}.`);
  return named(wanted[0]);
}

function isLifted(context: ExecutionContext, provider: string | undefined): boolean {
  const lifted = liftedOn(context.getClass(), context.getHandler()).flatMap(({ anyOf }) => anyOf);
  return lifted.some(each => provider === undefined || each.provider === provider);
}

/**
 * Gives the handler the accepted verdict of the named provider, or of the only one. It is `undefined` if another
 * alternative was asked, if `when` did not hold, or if `@SkipVerification` lifts the demand. The type of the parameter
 * then needs `| undefined`, or the handler does not compile. A type that takes no verdict of the provider does not compile. With `enforcement: 'observe'` it is always `undefined`, and the
 * boot lists the handlers that read it.
 * @throws ConfigurationError if the route does not demand that provider, or demands several and none is named; at boot
 * if the boot can see it.
 *
 * @example `signup(@Verified('engagelab') verified: EngageLabOtpVerdict) { return verified.recipient; }`
 */
export const Verified: <N extends ProviderName = ProviderName>(provider?: N) => OnParameter<N> =
  createParamDecorator(readVerdict) as never; // its type says which parameters it may decorate
