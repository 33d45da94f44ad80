import type { OpenAPIObject } from '@nestjs/swagger';
import { evidenceFields } from './evidence-fields.js';
import type { VerifiedRoute } from './verified-routes.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type RequestBody = Exclude<NonNullable<Operation['requestBody']>, { $ref: string }>;
type Schema = NonNullable<RequestBody['content'][string]['schema']>;
type SchemaObject = Exclude<Schema, { $ref: string }>;

const WITH_BODY = new Set(['post', 'put', 'patch']);

// Nest has read these bodies when the guards run; it has not read a multipart form.
const READABLE = ['application/json', 'application/x-www-form-urlencoded'];

const DESCRIPTION = 'Evidence of the verification; good for one request.';

/** Adds the fields of a route's evidence, where the application does not document them itself. */
export function addEvidence(
  document: OpenAPIObject,
  method: string,
  operation: Operation,
  route: VerifiedRoute,
): void {
  if (WITH_BODY.has(method) || operation.requestBody !== undefined) addToBody(document, operation, route);
  else addToQuery(operation, route);
}

function addToQuery(operation: Operation, route: VerifiedRoute): void {
  const parameters = operation.parameters ?? [];
  const isDocumented = (name: string): boolean =>
    parameters.some(each => !isReference(each) && each.in === 'query' && each.name === name);
  for (const [name, required] of evidenceFields(route, 'query')) {
    if (isDocumented(name)) continue;
    parameters.push({ name, in: 'query', required, description: DESCRIPTION, schema: { type: 'string' } });
  }
  operation.parameters = parameters;
}

function addToBody(document: OpenAPIObject, operation: Operation, route: VerifiedRoute): void {
  const fields = evidenceFields(route, 'body');
  if (fields.size === 0) return;
  const body = operation.requestBody ?? { content: { 'application/json': {} } };
  if (isReference(body)) return;
  for (const type of READABLE) {
    const content = body.content[type];
    if (content === undefined) continue;
    const schema = withFields(document, content.schema, fields);
    if (schema === undefined) continue;
    content.schema = schema;
    if ([...fields.values()].includes(true)) body.required = true;
  }
  operation.requestBody = body;
}

/** A schema with further properties; `undefined` for a body that cannot have any. */
function withFields(
  document: OpenAPIObject,
  schema: Schema | undefined,
  fields: ReadonlyMap<string, boolean>,
): Schema | undefined {
  const known = schema && resolved(document, schema);
  if (known?.type !== undefined && known.type !== 'object') return undefined;
  const added = [...fields].filter(([name]) => !Object.hasOwn(known?.properties ?? {}, name));
  if (added.length === 0) return undefined;
  const required = added.filter(([, isRequired]) => isRequired).map(([name]) => name);
  const evidence: SchemaObject = {
    type: 'object',
    properties: Object.fromEntries(
      added.map(([name]) => [name, { type: 'string', description: DESCRIPTION }]),
    ),
    ...(required.length > 0 ? { required } : {}),
  };
  return schema === undefined ? evidence : { allOf: [schema, evidence] };
}

function resolved({ components }: OpenAPIObject, schema: Schema): SchemaObject | undefined {
  if (!isReference(schema)) return schema;
  const named = components?.schemas?.[schema.$ref.replace('#/components/schemas/', '')];
  return named !== undefined && !isReference(named) ? named : undefined;
}

function isReference(value: object): value is { $ref: string } {
  return Object.hasOwn(value, '$ref');
}
