import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Record<string, unknown>;
export type Operation = Json & {
  readonly operationId?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Record<string, { readonly schema: Json }>;
  };
  readonly responses: Record<string, Json & { readonly description: string }>;
};

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Every operation of a document, by method and path. */
export function operations({ paths }: OpenAPIObject): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Operation>)
        .filter(([method]) => METHODS.has(method))
        .map(([method, operation]) => [`${method} ${path}`, operation] as const),
    ),
  );
}

/** What a document breaks of the rules of OpenAPI 3 that everybody holds it to. */
export function breaches(document: OpenAPIObject): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, breach: string): void => {
    if (!holds) found.push(breach);
  };
  expect(/^3\.[01]\.\d$/.test(document.openapi), `openapi is ${document.openapi}`);
  expect(document.info.title !== '' && document.info.version !== '', 'info lacks a title or version');
  const ids = [...operations(document).values()].map(({ operationId }) => operationId);
  expect(new Set(ids).size === ids.length, 'operationIds are not unique');
  for (const [name, { parameters = [], requestBody, responses }] of operations(document)) {
    expect(/^[a-z]+ \//.test(name), `${name}: the path does not start with a slash`);
    expect(Object.keys(responses).length > 0, `${name}: no responses`);
    for (const [status, { description }] of Object.entries(responses)) {
      expect(/^([1-5]\d\d|default)$/.test(status), `${name}: status ${status}`);
      expect(typeof description === 'string', `${name}: ${status} has no description`);
    }
    const keys = parameters.map(each => `${each.in} ${each.name}`);
    expect(new Set(keys).size === keys.length, `${name}: a parameter is there twice`);
    for (const each of parameters) {
      expect(['query', 'header', 'path', 'cookie'].includes(each.in), `${name}: a parameter in ${each.in}`);
      expect(each.in !== 'path' || each.required === true, `${name}: an optional path parameter`);
      expect('schema' in each || 'content' in each, `${name}: ${each.name} has no schema`);
    }
    const contents = requestBody === undefined ? [] : Object.values(requestBody.content);
    expect(requestBody === undefined || contents.length > 0, `${name}: a body without content`);
    for (const { schema } of contents)
      expect(isSchema(schema), `${name}: ${JSON.stringify(schema)} is no schema`);
  }
  for (const reference of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    const [, target = ''] = reference;
    let value: unknown = document;
    for (const part of target.replace(/^#\//, '').split('/')) value = (value as Json | undefined)?.[part];
    expect(value !== undefined, `nothing is at ${target}`);
  }
  return found;
}

function isSchema(schema: Json | undefined): boolean {
  if (schema === undefined) return false;
  const { $ref, allOf, required, properties } = schema;
  if (typeof $ref === 'string') return Object.keys(schema).length === 1;
  if (required !== undefined && !(Array.isArray(required) && required.length > 0)) return false;
  if (Array.isArray(required) && !required.every(each => Object.hasOwn(properties ?? {}, each as string)))
    return false;
  return !Array.isArray(allOf) || allOf.every(each => isSchema(each as Json));
}
