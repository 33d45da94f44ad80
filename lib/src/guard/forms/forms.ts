import {
  Inject,
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { ApplicationConfig, ModuleRef } from '@nestjs/core';
import { ConfigurationError } from '../../errors/verification.error.js';
import { VerificationModuleOptions } from '../../options/verification.options.js';
import { pipedParametersOf, type PipedParameter } from '../../route/handler-parameters.js';
import type { Plan } from '../../verification/planned-check.js';
import { concealing } from './concealment.js';
import { copyOf, memberFor } from './copies.js';
import { formRequestOf, type FormRequest } from './form-request.js';
import { isForm, isIdle, isNestPipe } from './nest-pipes.js';
import { globalPipesOf, madePipes, PipePerRequest, pipesOf, type Step } from './route-pipes.js';

/** The checks of a handler's parameters before any evidence is spent. */
interface Form {
  /**
   * Runs the pipes on copies, and throws what they throw. The result hides evidence that the handler's pipes would call
   * a member too many. `undefined` where there is nothing to do.
   */
  readonly check: ((context: ExecutionContext) => Promise<() => void>) | undefined;
  /** The names of the application's own pipes, which run only after the evidence is spent. */
  readonly late: readonly string[];
}

const WHOLE_BODY = {
  type: 'body',
  data: undefined,
  metatype: undefined,
  schema: undefined,
  pipes: [],
} as const;

/** Checks forms before their proof is spent, with the pipes that Nest would run for them later. */
@Injectable()
export class Forms {
  private readonly made = new WeakMap<Plan, Form>();

  constructor(
    @Inject(VerificationModuleOptions) private readonly options: VerificationModuleOptions,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /** @throws ConfigurationError for a pipe of a named form that exists only within a request. */
  of(plan: Plan): Form {
    let form = this.made.get(plan);
    if (form === undefined) this.made.set(plan, (form = this.formOf(plan)));
    return form;
  }

  private formOf(plan: Plan): Form {
    const { target, method, bodies, evidenceFields } = plan;
    const { validateFirst = this.options.validateFirst } = plan;
    const shared = pipesOf(target, method, this.application, this.moduleRef);
    const all = pipedParametersOf(target, method).map(parameter => ({
      parameter,
      pipes: [...shared, ...madePipes(parameter.pipes, this.moduleRef)],
    }));
    const isNamed = ({ parameter: { type, data } }: Step): boolean =>
      type === 'body' && bodies.length > 0 && (this.options.validation === undefined || data === undefined);
    const unnamed = validateFirst === false ? [] : all.filter(step => !isNamed(step));
    const early = unnamed.map(step => ({ ...step, pipes: earlyPipes(step, validateFirst === 'all') }));
    const late = unnamed.flatMap(({ pipes }, index) =>
      pipes.slice(early[index]?.pipes.length).filter(pipe => !isNestPipe(pipe)),
    );
    const named = this.namedForms(bodies, all.filter(isNamed), shared);

    const first = [...early, ...named];
    const concealed = (part: 'body' | 'query'): ReturnType<typeof concealing> =>
      concealing(part, evidenceFields[part], [...all, ...named]);
    return {
      check: checkOf(first, concealed('body'), concealed('query')),
      late: [...new Set(late.map(pipe => (isMade(pipe) ? pipe.constructor : pipe).name))],
    };
  }

  /** The forms that `body` names, with all pipes of the route's body; with one of Nest's where it has none. */
  private namedForms(forms: readonly Type[], all: readonly Step[], shared: Step['pipes']): readonly Step[] {
    const { validation } = this.options;
    const globals = globalPipesOf(this.application).length;
    const asForm = (metatype: Type, { parameter, pipes }: Step): Step => ({
      parameter: { ...parameter, metatype },
      // If the route has pipes of its own, only they know the form: a global one would call a part of it wrong.
      pipes:
        pipes.length === 0
          ? [new ValidationPipe(validation)]
          : pipes.length === globals
            ? pipes
            : pipes.map((pipe, index) => (index < globals ? unaware(pipe, parameter) : pipe)),
    });
    if (validation !== undefined)
      return forms.map(form => asForm(form, { parameter: WHOLE_BODY, pipes: [] }));
    const whole = all.filter(({ parameter }) => parameter.data === undefined);
    const untold = forms.flatMap(form => {
      const host = whole.find(({ parameter }) => parameter.metatype === form) ??
        whole[0] ?? { parameter: WHOLE_BODY, pipes: shared };
      return isTold(form, host) ? [] : asForm(form, host);
    });
    // A type that tells nothing is replaced by the form, and any other is what Nest will check.
    const told = all.filter(
      ({ parameter: { data, metatype } }) => data !== undefined || !isUntyped(metatype),
    );
    return [...told, ...untold].map(step => ({ ...step, pipes: step.pipes.map(expectMade) }));
  }
}

/** Nest's own pipes, up to the first of the application's; with `'all'`, up to the first that is made per request. */
function earlyPipes({ pipes }: Step, areAll: boolean): Step['pipes'] {
  const end = pipes.findIndex(pipe => (areAll ? pipe instanceof PipePerRequest : !isNestPipe(pipe)));
  return end === -1 ? pipes : pipes.slice(0, end);
}

/** Tells whether the pipes of the body check a form already, by the type of its parameter, or the type is that of no form. */
function isTold(form: Type, { parameter: { metatype }, pipes }: Step): boolean {
  if (isUntyped(metatype)) return false;
  if (!isForm(metatype)) return true;
  return pipes.length > 0 && (metatype === form || metatype.prototype instanceof form);
}

/** A pipe that sees the parameter's own type. */
function unaware(pipe: Step['pipes'][number], { metatype }: PipedParameter): Step['pipes'][number] {
  if (!isMade(pipe)) return pipe;
  return { transform: (value, metadata): unknown => pipe.transform(value, { ...metadata, metatype }) };
}

function isUntyped(metatype: Type | undefined): boolean {
  return metatype === undefined || metatype === Object;
}

function isMade(pipe: Step['pipes'][number]): pipe is PipeTransform {
  return !(pipe instanceof PipePerRequest);
}

function expectMade(pipe: Step['pipes'][number]): PipeTransform {
  if (isMade(pipe)) return pipe;
  throw new ConfigurationError(
    `"body" cannot run ${pipe.name} before the handler, because it is made per request. Pass forRoot({ validation }) with your ValidationPipe options.`,
  );
}

function checkOf(
  steps: readonly Step[],
  bodyShown: ReturnType<typeof concealing>,
  queryShown: ReturnType<typeof concealing>,
): Form['check'] {
  const runs = steps.flatMap(({ parameter, pipes }) => {
    const made = pipes.filter(isMade);
    return made.every(pipe => isIdle(pipe, parameter)) ? [] : runOf(parameter, made);
  });
  if (runs.length === 0 && bodyShown === undefined && queryShown === undefined) return undefined;
  return async context => {
    const request = formRequestOf(context);
    if (request === undefined) return () => undefined;
    const body = bodyShown === undefined ? request.body : await bodyShown(request.body);
    const query = queryShown === undefined ? request.query : await queryShown(request.query);
    await Promise.all(runs.map(run => run({ ...request, body, query })));
    return () => {
      if (body !== request.body) request.replace('body', body);
      if (query !== request.query) request.replace('query', query);
    };
  };
}

function runOf(
  { type, data, metatype, schema }: PipedParameter,
  pipes: readonly PipeTransform[],
): (request: FormRequest) => Promise<void> {
  const metadata = { type, data, metatype, schema } as ArgumentMetadata;
  return async request => {
    if (type === 'body' && !request.isParsed) return;
    let value = copyOf(memberFor(request[type], data));
    for (const pipe of pipes) value = await pipe.transform(value, metadata);
  };
}
