import { VerificationErrorFilter } from '../guard/response/verification-error.filter.js';
import { demandsNamed } from '../route/demand-metadata.js';
import { written } from '../route/demand.js';
import { isGatewayMessage, isMessageHandler } from '../route/handler-kind.js';
import { NEST, nestList } from '../route/nest-keys.js';
import type { AuditedMethod } from './hosts.js';

/** Advice about messages whose refusal Nest reports as an internal error, because no filter makes anything else of it. */
export function messageAdvice(
  { target, name, handler, place }: AuditedMethod,
  globalFilters: readonly unknown[],
): string[] {
  const [demand] = demandsNamed(target, name);
  if (demand === undefined || !isMessageHandler(handler)) return [];
  const own = [handler, target].flatMap(each => nestList(NEST.filters, each));
  const ofTheApplication = globalFilters.filter(filter => !(filter instanceof VerificationErrorFilter));
  const reaching = isGatewayMessage(handler) ? own : [...own, ...ofTheApplication];
  if (reaching.length > 0) return [];
  return [
    `${place} has ${written(demand)}, whose refusal Nest calls an internal error in messages. Write @UseFilters(VerificationErrorFilter) on its class, so that clients can tell why.`,
  ];
}
