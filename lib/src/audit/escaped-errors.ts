import type { ApplicationConfig } from '@nestjs/core';
import {
  GlobalVerificationErrorFilter,
  VerificationErrorFilter,
} from '../guard/response/verification-error.filter.js';
import type { VerificationModuleOptions } from '../options/verification.options.js';
import { allMethods } from '../route/demand-metadata.js';
import { NEST, nestList } from '../route/nest-keys.js';
import { handlerOf, handlersOf, type Host } from './hosts.js';

/** Tells whether our filter answers every error that a handler lets pass, as an interceptor would have had it answered. */
export function isFilterEnough(
  hosts: readonly Host[],
  application: ApplicationConfig,
  { messages = {}, correlationId, debug }: VerificationModuleOptions,
): boolean {
  // A filter's context has neither class nor handler.
  const needsHandler = [correlationId, ...Object.values(messages)].some(each => typeof each === 'function');
  const global = [...application.getGlobalFilters(), ...application.getGlobalRequestFilters()];
  return (
    !needsHandler &&
    debug !== true &&
    global.every(isOurs) &&
    hosts.every(host => !isFiltered(host) && !mayBind(host))
  );
}

/** Tells whether the application's own filter may take an error first. */
function isFiltered({ target }: Host): boolean {
  return [target, ...allMethods(target).map(name => handlerOf(target, name))].some(
    each => !nestList(NEST.filters, each).every(isOurs),
  );
}

/** Tells whether a constructor that runs for each request may bind a method, which then loses its guards. */
function mayBind({ target, isPerRequest }: Host): boolean {
  return isPerRequest && handlersOf(target).length > 0;
}

/** Tells whether a filter is ours. One that extends ours is the application's own. */
function isOurs(filter: unknown): boolean {
  const type: unknown = typeof filter === 'function' ? filter : (filter as object | null)?.constructor;
  return type === VerificationErrorFilter || type === GlobalVerificationErrorFilter;
}
