export type Adapter = 'express' | 'fastify';

interface Traits {
  readonly title: string;
  /** The status of every reply. @default 200 */
  readonly status?: number;
  /** Calls to the provider for each request. @default 1 */
  readonly calls?: 0 | 1;
  /** It can run only with the other libraries, or with another build of ours. */
  readonly needs?: 'peers' | 'before';
  readonly floor?: 'plain-floor' | 'nest11-floor';
  /** The route validates a form, as does its floor. */
  readonly hasForm?: true;
}

const NEST12 = {
  floor: { title: 'no guard', calls: 0 },
  'floor-form': { title: 'no guard, a form to validate', calls: 0 },
  undecorated: { title: 'undecorated route under the global guard', calls: 0 },
  default: { title: 'ours, default transport' },
  undici: { title: "ours, transport 'undici'" },
  'undici-form': { title: "ours, transport 'undici', a form to validate", hasForm: true },
  customised: { title: 'ours, default transport with axios options' },
  'default-before': { title: 'ours before, default transport', needs: 'before' },
  'undici-before': { title: "ours before, transport 'undici'", needs: 'before' },
  together: { title: 'no guard, ours and a hand-written one at routes of their own' },
  handwritten: { title: 'hand-written guard, undici Pool.request' },
  httpservice: { title: 'hand-written guard, HttpService as it comes' },
  open: { title: 'ours, refusal while the breaker is open', status: 503, calls: 0 },
  refusing: { title: 'hand-written guard that only throws a 503', status: 503, calls: 0 },
} as const satisfies Record<string, Traits>;

const OTHERS = {
  'plain-floor': { title: 'no check, plain Express', floor: 'plain-floor', calls: 0 },
  'plain-fetch': { title: "Checkify's example, plain Express and fetch", floor: 'plain-floor' },
  'nest11-floor': { title: 'no guard, Nest 11 Express', floor: 'nest11-floor', calls: 0, needs: 'peers' },
  'nest11-recaptcha': {
    title: '@nestlab/google-recaptcha, Nest 11 Express',
    floor: 'nest11-floor',
    needs: 'peers',
  },
  'nest11-turnstile': {
    title: 'nest-cloudflare-turnstile, Nest 11 Express',
    floor: 'nest11-floor',
    needs: 'peers',
  },
} as const satisfies Record<string, Traits>;

export type Nest12Kind = keyof typeof NEST12;
/** The name of an application. */
export type ApplicationName = `${Adapter}-${Nest12Kind}` | keyof typeof OTHERS;

/** The traits of an application, completed. */
export interface Application extends Omit<Traits, 'floor'> {
  /** The same application without a guard; a floor names itself. */
  readonly floor: ApplicationName;
  readonly status: number;
  readonly calls: 0 | 1;
}

const DEFAULTS = { status: 200, calls: 1 } as const;

function nest12(adapter: Adapter): [string, Application][] {
  const title = (text: string): string => `${text}, Nest 12 ${adapter === 'express' ? 'Express' : 'Fastify'}`;
  return Object.entries(NEST12).map(([kind, traits]) => [
    `${adapter}-${kind}`,
    {
      ...DEFAULTS,
      floor: 'hasForm' in traits ? `${adapter}-floor-form` : `${adapter}-floor`,
      ...traits,
      title: title(traits.title),
    },
  ]);
}

const APPLICATIONS = new Map<string, Application>([
  ...nest12('express'),
  ...nest12('fastify'),
  ...Object.entries(OTHERS).map(([name, traits]): [string, Application] => [
    name,
    { ...DEFAULTS, ...traits },
  ]),
]);

export function applicationOf(name: ApplicationName): Application {
  const found = APPLICATIONS.get(name);
  if (found === undefined) throw new Error(`There is no application "${name}".`);
  return found;
}
