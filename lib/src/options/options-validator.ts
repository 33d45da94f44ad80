import type { Type } from '@nestjs/common';
import {
  getMetadataStorage,
  IsObject,
  ValidateNested,
  IsOptional,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { ConfigurationError } from '../errors/verification.error.js';
import { BreakerOptions, HttpOptions } from '../http/http.options.js';
import * as builtIn from '../providers/built-in.js';
import type { ProviderOptionsClass } from '../providers/provider.options.js';
import { VerificationModuleOptions } from './verification.options.js';

/** The built-in providers' options as one class, so that class-validator sees into them. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its members come from the registry below
class ProvidersOptionsRules {}
for (const name of Object.keys(builtIn)) {
  IsOptional()(ProvidersOptionsRules.prototype, name);
  IsObject()(ProvidersOptionsRules.prototype, name);
  ValidateNested()(ProvidersOptionsRules.prototype, name);
}

/** Which class says what is right for the objects inside an options object. */
const NESTED = new Map<Type<object>, Readonly<Record<string, Type<object>>>>([
  [VerificationModuleOptions, { providers: ProvidersOptionsRules, http: HttpOptions }],
  [
    ProvidersOptionsRules,
    Object.fromEntries(Object.entries(builtIn).map(([name, { Options }]) => [name, Options])),
  ],
  [HttpOptions, { breaker: BreakerOptions }],
  ...Object.values(builtIn).map(({ Options }): [Type<object>, Record<string, Type<object>>] => [
    Options,
    { http: HttpOptions, ...(Options as ProviderOptionsClass).nested },
  ]),
]);

/** @throws ConfigurationError for what is not an options object at all. */
export function expectObject(options: unknown): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new ConfigurationError(
    `VerificationModule.forRoot(): options must be an object (it is ${typeOf(options)}).`,
  );
}

/**
 * Checks what an application said, against the rules written on the options.
 * @throws ConfigurationError that names every wrong option and the type it has, never its value.
 */
export function validateOptions(options: unknown): void {
  expectObject(options);
  const errors = validateSync(ruled(VerificationModuleOptions, options) as object, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  const mistakes = errors.flatMap(error => mistakesOf(error, ''));
  if (mistakes.length > 0)
    throw new ConfigurationError(`VerificationModule.forRoot(): ${mistakes.join('; ')}.`);
}

/** A copy that carries its rules; only plain option objects are copied, never what they hold. */
function ruled(rules: Type<object>, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const copy = Object.assign(new rules(), value) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(NESTED.get(rules) ?? {})) {
    if (copy[name] !== undefined) copy[name] = ruled(inner, copy[name]);
  }
  return copy;
}

function mistakesOf(
  { property, value, target, constraints = {}, children = [] }: ValidationError,
  parent: string,
): string[] {
  const path = parent === '' ? property : `${parent}.${property}`;
  const own = Object.entries(constraints).map(([rule, message]) =>
    rule === 'whitelistValidation'
      ? `"${path}" is not an option; there are ${knownOptions(target)}`
      : `"${path}" ${message.replace(`${property} `, '')} (it is ${typeOf(value)})`,
  );
  return [...own, ...children.flatMap(child => mistakesOf(child, path))];
}

function knownOptions(target: object | undefined): string {
  if (target === undefined) return 'others';
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map(rule => rule.propertyName))].join(', ');
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
