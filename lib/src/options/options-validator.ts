import type { Type } from '@nestjs/common';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { ConfigurationError } from '../errors/verification.error.js';
import { BreakerOptions, HttpOptions } from '../http/http.options.js';
import type { ProviderOptions, ProviderOptionsClass } from '../providers/provider.options.js';
import { asObject } from '../wire/json.js';
import { VerificationModuleOptions } from './verification.options.js';

/** The classes that validate the objects inside an options object. */
function nestedIn(rules: Type<object>): Readonly<Record<string, Type<object>>> {
  if (rules === HttpOptions) return { breaker: BreakerOptions };
  return rules === BreakerOptions ? {} : { http: HttpOptions, ...(rules as ProviderOptionsClass).nested };
}

/** @throws ConfigurationError for what is not an options object at all. */
export function expectObject(options: unknown): asserts options is object {
  if (asObject(options) !== undefined) return;
  throw new ConfigurationError(
    `VerificationModule.forRoot(): options must be an object (it is ${typeOf(options)}).`,
  );
}

/**
 * Checks what an application said, and the options that `providers` have by that and the environment, against the rules
 * written on the options.
 * @throws ConfigurationError that names every wrong option and the type it has, never its value.
 */
export function validateOptions(
  given: VerificationModuleOptions,
  providers: ReadonlyMap<string, ProviderOptions>,
): void {
  const mistakes = [
    ...mistakesIn(VerificationModuleOptions, given, ''),
    ...Object.entries(asObject(given.providers) ?? {}).flatMap(([name, own]) => {
      if (!providers.has(name))
        return `"providers.${name}" is not an option; there are ${[...providers.keys()].join(', ')}`;
      return asObject(own ?? {}) ? [] : `"providers.${name}" must be an object (it is ${typeOf(own)})`;
    }),
    ...[...providers].flatMap(([name, options]) =>
      mistakesIn(options.constructor as ProviderOptionsClass, options, `providers.${name}`),
    ),
  ];
  if (mistakes.length > 0)
    throw new ConfigurationError(`VerificationModule.forRoot(): ${mistakes.join('; ')}.`);
}

function mistakesIn(rules: Type<object>, options: object, path: string): string[] {
  const errors = validateSync(ruled(rules, options) as object, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  return errors.flatMap(error => mistakesOf(error, path));
}

/** A copy that carries its rules; only plain option objects are copied, never what they hold. */
function ruled(rules: Type<object>, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const copy = Object.assign(new rules(), value) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(nestedIn(rules))) {
    if (copy[name] !== undefined) copy[name] = ruled(inner, copy[name]);
  }
  return copy;
}

function mistakesOf(
  { property, value, target, constraints = {}, children = [] }: ValidationError,
  parent: string,
): string[] {
  const path = parent === '' ? property : `${parent}.${property}`;
  const [variable] = (target?.constructor as Partial<ProviderOptionsClass>).environment?.[property] ?? [];
  const set = value === undefined && variable !== undefined ? `; set ${variable}` : '';
  const own = Object.entries(constraints).map(([rule, message]) =>
    rule === 'whitelistValidation'
      ? `"${path}" is not an option; there are ${knownOptions(target)}`
      : `"${path}" ${message.replace(`${property} `, '')} (it is ${typeOf(value)}${set})`,
  );
  return [...own, ...children.flatMap(child => mistakesOf(child, path))];
}

function knownOptions(target: object | undefined): string {
  if (target === undefined) return 'others';
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map(rule => rule.propertyName))].join(', ');
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
