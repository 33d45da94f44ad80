import { Inject, Injectable, ValidationPipe, type PipeTransform, type Type } from '@nestjs/common';
import { ApplicationConfig, ModuleRef } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import { ConfigurationError } from '../../errors/verification.error.js';
import { asObject, type JsonObject } from '../../wire/json.js';
import { VerificationModuleOptions } from '../../options/verification.options.js';
import { NEST, nestList } from '../../route/nest-keys.js';
import type { Plan } from '../../verification/planned-check.js';
import { bodyParametersOf } from '../../route/handler-parameters.js';

/** Checks forms before their proof is spent, with the pipes that Nest would run for them later. */
@Injectable()
export class Forms {
  private readonly made = new WeakMap<Plan, readonly ((body: unknown) => Promise<unknown>)[]>();

  constructor(
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /**
   * The checks of the forms that a handler's demands name. Each returns the body for the handler: as it came, without
   * evidence that its pipes would call a member too many. It throws what the application's pipe throws for a bad form.
   * @throws ConfigurationError for a pipe that exists only within a request.
   */
  of(plan: Plan): readonly ((body: unknown) => Promise<unknown>)[] {
    let forms = this.made.get(plan);
    if (forms === undefined) {
      const { target, method, bodies, evidenceFields } = plan;
      forms = bodies.map(body => this.formOf(target, method, body, evidenceFields));
      this.made.set(plan, forms);
    }
    return forms;
  }

  private formOf(
    target: Type,
    method: string | symbol,
    form: Type,
    evidence: readonly string[],
  ): (body: unknown) => Promise<unknown> {
    const parameters = bodyParametersOf(target, method);
    const parameter = parameters.find(({ type }) => type === form) ?? parameters[0];
    const { validation: options } = this.options;
    const own = this.pipesOf(target, method, parameter, options === undefined);
    const isValidated = own.some(pipe => pipe instanceof ValidationPipe);
    const pipes =
      options !== undefined
        ? [new ValidationPipe(options)]
        : isValidated
          ? own
          : [...own, new ValidationPipe()];
    const surplus = [...pipes, ...own].some(forbidsSurplus)
      ? evidence.filter(name => !isMemberOf(form, name))
      : [];
    const metadata = { type: 'body', metatype: form, data: undefined } as const;
    return async body => {
      const kept = without(body, surplus);
      let value = copyOf(kept);
      for (const pipe of pipes) value = await pipe.transform(value, metadata);
      return kept;
    };
  }

  /** In the order in which Nest runs them; without those that are made per request where not all are needed. */
  private pipesOf(
    target: Type,
    method: string | symbol,
    parameter: { readonly pipes: readonly unknown[] } | undefined,
    allNeeded: boolean,
  ): readonly PipeTransform[] {
    if (allNeeded && this.application.getGlobalRequestPipes().length > 0)
      throw requestScoped('a global pipe');
    const handler = (target.prototype as Record<string | symbol, object>)[method] ?? {};
    const named = [
      ...nestList(NEST.pipes, target),
      ...nestList(NEST.pipes, handler),
      ...(parameter?.pipes ?? []),
    ];
    return [...this.application.getGlobalPipes(), ...named.flatMap(pipe => this.instanceOf(pipe, allNeeded))];
  }

  private instanceOf(pipe: unknown, isNeeded: boolean): PipeTransform | [] {
    if (typeof pipe !== 'function') return pipe as PipeTransform;
    try {
      return this.moduleRef.get<PipeTransform>(pipe as Type<PipeTransform>, { strict: false });
    } catch {
      if (isNeeded) throw requestScoped(pipe.name);
      return [];
    }
  }
}

function requestScoped(what: string): ConfigurationError {
  return new ConfigurationError(
    `"body" cannot run ${what} before the handler, because it is made per request. Pass forRoot({ validation }) with your ValidationPipe options.`,
  );
}

/** Whether a pipe refuses members that the class does not name. */
function forbidsSurplus(pipe: PipeTransform): boolean {
  if (!(pipe instanceof ValidationPipe)) return false;
  const { whitelist, forbidNonWhitelisted } = pipe['validatorOptions'];
  return whitelist === true && forbidNonWhitelisted === true;
}

function isMemberOf(form: Type, name: string): boolean {
  return getMetadataStorage()
    .getTargetValidationMetadatas(form, '', true, false)
    .some(({ propertyName }) => propertyName === name);
}

function without(body: unknown, names: readonly string[]): unknown {
  const members = asObject(body);
  if (members === undefined || !names.some(name => Object.hasOwn(members, name))) return body;
  return Object.fromEntries(
    Object.entries<JsonObject[string]>(members).filter(([name]) => !names.includes(name)),
  );
}

/** Copies the JSON of a body: a pipe may change its argument, and runs again on the handler's body. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  const prototype: unknown = typeof value === 'object' && value !== null && Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value; // a text, a file, what a parser made
  return Object.fromEntries(Object.entries(value as JsonObject).map(([name, each]) => [name, copyOf(each)]));
}
