import 'reflect-metadata';

// Every private key of Nest and its siblings that this library reads; their packages do not export them.

export const NEST = {
  controller: '__controller__',
  route: 'path',
  messagePattern: 'microservices:pattern',
  gateway: 'websockets:is_gateway',
  gatewayMessage: 'websockets:message_mapping',
  resolverType: 'graphql:resolver_type',
  resolveProperty: 'graphql:resolve_property',
  resolveReference: 'graphql:resolve_reference',
  /** The key of `RouterModule`; the id of the application follows it. */
  modulePath: '__module_path__',
  guards: '__guards__',
  filters: '__exceptionFilters__',
  pipes: '__pipes__',
  parameters: '__routeArguments__',
  parameterTypes: 'design:paramtypes',
  /** The token of the options of `GraphQLModule`. */
  graphQlOptions: 'GqlModuleOptions',
} as const;

/** Nest's numbers for the parameters that it pipes from a request; `@Args()` of GraphQL has that of `@Body()`. */
export const PARAMETER_KINDS = new Map([
  ['3', 'body'],
  ['4', 'query'],
  ['5', 'param'],
] as const);

/** The options of `@Controller()`, which tell controllers of one name apart. */
export function controllerKeysOf(target: object): readonly unknown[] {
  return ['path', 'host', '__version__'].map(key => Reflect.getMetadata(key, target) as unknown);
}

/** A list in the metadata of a class or a method; empty where there is none. */
export function nestList(key: string, target: object): readonly unknown[] {
  return (Reflect.getMetadata(key, target) as readonly unknown[] | undefined) ?? [];
}
