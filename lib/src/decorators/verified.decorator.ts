import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { named } from '../contract/reference.js';
import type { AcceptedVerdict } from '../contract/verdict.js';
import { ConfigurationError } from '../errors/verification.error.js';
import type { ProviderName } from '../providers/provider-types.js';
import { verdictsOf } from '../guard/verdicts.js';
import { isNamedByAll } from '../route/demand.js';
import { demandsOn, liftedOn } from '../route/demand-metadata.js';
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
  const [first] = wanted;
  if (first === undefined) {
    const isDemanded = provider === undefined ? demanded.size > 0 : demanded.has(provider);
    if (isDemanded || isLifted(context, provider)) return undefined; // another alternative, a `when`, an exemption
    const name = provider === undefined ? '' : `'${provider}'`;
    throw new ConfigurationError(
      `${place}: @Verified(${name}) has no verdict; add @RequireVerification(${name || '…'}) to the route.`,
      provider,
    );
  }
  if (wanted.every(verdict => verdict.provider === first.provider)) return named(first);
  const demands = demandsOn(context.getClass(), context.getHandler()) ?? [];
  const isAllowed = [...demanded].some(name => isNamedByAll(demands, name)); // by the boot, too
  if (isAllowed) return named(wanted.find(verdict => isNamedByAll(demands, verdict.provider)) ?? first);
  const names = wanted.map(verdict => `'${verdict.provider}'`).join(', ');
  throw new ConfigurationError(`${place}: @Verified() is ambiguous; name one of ${names}.`);
}

function isLifted(context: ExecutionContext, provider: string | undefined): boolean {
  const lifted = liftedOn(context.getClass(), context.getHandler()).flatMap(({ anyOf }) => anyOf);
  return lifted.some(each => provider === undefined || each.provider === provider);
}

/**
 * Gives the handler the accepted verdict of the named provider, or of the one that every demand names. It is
 * `undefined` if another alternative was asked, if `when` did not hold, or if `@SkipVerification` lifts the demand. The type of the parameter
 * then needs `| undefined`, or the handler does not compile. A type that takes no verdict of the provider does not compile. With `enforcement: 'observe'` it is always `undefined`, and the
 * boot lists the handlers that read it.
 * @throws ConfigurationError if the route does not demand that provider, or demands several and none is named; at boot
 * if the boot can see it.
 *
 * @example `signup(@Verified('engagelab') verified: EngageLabOtpVerdict) { return verified.recipient; }`
 */
export const Verified: <N extends ProviderName = ProviderName>(provider?: N) => OnParameter<N> =
  createParamDecorator(readVerdict) as never; // its type says which parameters it may decorate
