import type { Type } from '@nestjs/common';
import { written, type Demand } from '../route/demand.js';
import { NEST, nestList } from '../route/nest-keys.js';
import { isGatewayMessage, isMessageHandler } from '../route/handler-kind.js';
import { VerificationErrorFilter } from '../guard/response/verification-error.filter.js';

/** A message whose refusal Nest reports as an internal error, because no filter makes anything else of it. */
export function messageAdvice(
  target: Type,
  method: string | symbol,
  demands: readonly Demand[],
  globalFilters: readonly unknown[],
): string | undefined {
  const [demand] = demands;
  const handler = (target.prototype as Record<string | symbol, object>)[method];
  if (demand === undefined || handler === undefined || !isMessageHandler(handler)) return undefined;
  const own = [handler, target].flatMap(each => nestList(NEST.filters, each));
  const reaching = isGatewayMessage(handler) ? own : [...own, ...globalFilters.filter(isOfTheApplication)];
  if (reaching.length > 0) return undefined;
  return `${target.name}.${String(method)}() has ${written(demand)}, whose refusal Nest calls an internal error in messages. Write @UseFilters(VerificationErrorFilter) on its class, so that clients can tell why.`;
}

function isOfTheApplication(filter: unknown): boolean {
  return !(filter instanceof VerificationErrorFilter);
}
