import * as common from '@nestjs/common';
import { ValidationPipe, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { PipedParameter } from '../../route/handler-parameters.js';

const NAMES =
  'Validation StandardSchemaValidation DefaultValue ParseArray ParseBool ParseDate ParseEnum ParseFloat ParseInt ParseUUID';

// The class is known by name: Nest 11 has no StandardSchemaValidationPipe, and a module that imports it by name does not load there.
const classesOf = (names: string): readonly Type[] =>
  names
    .split(' ')
    .flatMap(name => (common as unknown as Readonly<Record<string, Type | undefined>>)[`${name}Pipe`] ?? []);
const CLASSES = classesOf(NAMES);
const SCHEMA = classesOf('StandardSchemaValidation');
const IDLE = [...SCHEMA, ...classesOf('DefaultValue')];

/** Tells whether a pipe is Nest's own, or a subclass: it looks at the value alone and may run twice. */
export function isNestPipe(pipe: unknown): pipe is PipeTransform {
  return CLASSES.some(each => pipe instanceof each);
}

/** Tells whether a pipe checks the `schema` of a parameter. */
export function isSchemaPipe(pipe: unknown): boolean {
  return SCHEMA.some(each => pipe instanceof each);
}

/** Tells whether a pipe can refuse nothing: it saves the time of running it. */
export function isIdle(pipe: PipeTransform, { metatype, schema }: PipedParameter): boolean {
  const { constructor } = pipe;
  if (constructor === ValidationPipe) return !isForm(expectedBy(pipe as ValidationPipe) ?? metatype);
  if (isSchemaPipe(pipe) && schema !== undefined) return false;
  return IDLE.some(each => each === constructor);
}

/** Tells whether a pipe refuses a member because the class of the form does not name it. */
export function forbids(pipe: unknown, metatype: Type | undefined, name: string): boolean {
  if (!(pipe instanceof ValidationPipe)) return false;
  const { whitelist, forbidNonWhitelisted } = pipe['validatorOptions'];
  const form = expectedBy(pipe) ?? metatype;
  if (whitelist !== true || forbidNonWhitelisted !== true || !isForm(form) || isMemberOf(form, name))
    return false;
  return !isRenamed(pipe, form, name);
}

/** Tells whether the form renames a member, as with `@Expose({ name })`, or drops it before anything is checked. */
function isRenamed(pipe: ValidationPipe, form: Type, name: string): boolean {
  try {
    return !Object.hasOwn(plainToInstance(form, { [name]: '' }, pipe['transformOptions']) as object, name);
  } catch {
    return false; // a transformation of the application's own that wants more
  }
}

const NO_FORMS = new Set<unknown>([Object, Array, String, Number, Boolean, Buffer, Date]);

/** Tells whether a type is a class that `ValidationPipe` validates. */
export function isForm(type: Type | undefined): type is Type {
  return typeof type === 'function' && !NO_FORMS.has(type);
}

function expectedBy(pipe: ValidationPipe): Type | undefined {
  return pipe['expectedType'];
}

function isMemberOf(form: Type, name: string): boolean {
  return getMetadataStorage()
    .getTargetValidationMetadatas(form, '', true, false)
    .some(({ propertyName }) => propertyName === name);
}
