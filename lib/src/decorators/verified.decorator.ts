import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderName } from '../providers/provider-types.js';
import { verdictsOf } from '../guard/verdicts.js';
import { liftedOn } from '../route/demand-metadata.js';

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
  if (provider === undefined && wanted.length > 1) {
    const names = wanted.map(verdict => `'${verdict.provider}'`).join(', ');
    throw new ConfigurationError(`${place}: @Verified() is ambiguous; name one of ${names}.`);
  }
  return wanted[0];
}

function isLifted(context: ExecutionContext, provider: string | undefined): boolean {
  const lifted = liftedOn(context.getClass(), context.getHandler()).flatMap(({ anyOf }) => anyOf);
  return lifted.some(each => provider === undefined || each.provider === provider);
}

/**
 * Gives the handler the accepted verdict: of the provider named, or of the only one that was asked. It is
 * `undefined` where another alternative was asked, where `when` did not hold, and where `@SkipVerification` lifts the
 * demand: there the parameter's type must have `| undefined`, or the handler does not compile. In a module that observes it is
 * always `undefined`; the boot lists the handlers that read it.
 * @throws ConfigurationError when the route does not demand that provider, or demands several and none is named; at
 * boot where it shows there.
 *
 * @example `signup(@Verified('engagelab') verified: EngageLabOtpVerdict) { return verified.recipient; }`
 */
export const Verified: (provider?: ProviderName) => ParameterDecorator = createParamDecorator(readVerdict);
