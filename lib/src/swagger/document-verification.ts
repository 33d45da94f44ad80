import type { INestApplicationContext } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { asObject } from '../wire/json.js';
import { addEvidence, type Operation } from './evidence-schema.js';
import { MARK, VerifiedRoutes, type VerifiedRoute } from './verified-routes.js';
import { addRefusals, REFUSAL_SCHEMA } from './refusals.js';

/**
 * Makes an OpenAPI document and adds to every route that demands a verification: the fields of its evidence, the
 * answers to those who are refused, and `x-verification` with the providers and claims; what `when` may lift is optional.
 * The application's own documentation stays as it is. Of a route with an `evidence` function the fields are not known.
 *
 * @example
 * ```ts
 * const document = documentVerification(app, () => SwaggerModule.createDocument(app, config));
 * SwaggerModule.setup('docs', app, document);
 * ```
 */
export function documentVerification(
  app: INestApplicationContext,
  createDocument: () => OpenAPIObject,
): OpenAPIObject {
  const routes = new VerifiedRoutes(app);
  const document = routes.whileMarked(createDocument);
  let isAnyRefused = false;
  for (const [method, operation] of operationsOf(document)) {
    const route = routes.of(operation);
    if (route === undefined) continue;
    Object.assign(operation, { [MARK]: summaryOf(route) });
    addEvidence(document, method, operation, route);
    if (route.responses.isObserving) continue;
    isAnyRefused = true;
    addRefusals(operation, route.responses);
  }
  if (isAnyRefused) {
    document.components = {
      ...document.components,
      schemas: { ...REFUSAL_SCHEMA, ...document.components?.schemas },
    };
  }
  return document;
}

/** All operations of a document, also those of methods that OpenAPI does not know: Swagger writes them for `@All()`. */
function operationsOf({ paths, webhooks }: OpenAPIObject): [method: string, operation: Operation][] {
  const items = [paths, webhooks ?? {}].flatMap(each => Object.values(each));
  return items
    .flatMap(item => Object.entries(item))
    .filter(
      (entry): entry is [string, Operation] => asObject(asObject(entry[1])?.['responses']) !== undefined,
    );
}

/** The demands of a route as they are written; all must be met. */
function summaryOf({ demands: all }: VerifiedRoute): unknown[] {
  return all.map(checks => {
    const demands = checks.map(({ provider, check, isOptional }) => ({
      provider: provider.name,
      claims: check.claims,
      ...(isOptional ? { optional: true } : {}),
    }));
    return demands.length === 1 ? demands[0] : { anyOf: demands };
  });
}
