import type { Adapter } from '../applications/application.js';
import type { Comparison } from './comparison.js';

const EVERY = [1, 50, 200];
const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];
const TITLES: Record<Adapter, string> = { express: 'Express', fastify: 'Fastify' };

const perAdapter = (adapter: Adapter): Comparison[] => [
  {
    name: `${adapter}-recaptcha`,
    question: `Default transport on ${TITLES[adapter]}, beside @nestlab/google-recaptcha on Nest 11`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-default`, 'nest11-floor', 'nest11-recaptcha', `${adapter}-handwritten`],
    connections: EVERY,
    ratios: [
      { of: `${adapter}-default`, over: 'nest11-recaptcha', atMost: 0.3 },
      { of: `${adapter}-handwritten`, over: 'nest11-recaptcha' },
    ],
  },
  {
    name: `${adapter}-undici`,
    question: `Transport 'undici' on ${TITLES[adapter]}, beside a hand-written guard`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-undici`, `${adapter}-handwritten`],
    host: `${adapter}-together`, // one process: two of them are not equally fast
    connections: EVERY,
    ratios: [{ of: `${adapter}-undici`, over: `${adapter}-handwritten`, atMost: 1.25 }],
  },
  {
    name: `${adapter}-default`,
    question: `Default transport on ${TITLES[adapter]}, beside a hand-written guard`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-default`, `${adapter}-handwritten`],
    connections: [50],
    ratios: [{ of: `${adapter}-default`, over: `${adapter}-handwritten` }],
  },
  {
    name: `${adapter}-httpservice`,
    question: `Axios options on ${TITLES[adapter]}, beside a hand-written guard with HttpService`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-customised`, `${adapter}-httpservice`],
    connections: [50],
    ratios: [{ of: `${adapter}-customised`, over: `${adapter}-httpservice` }],
  },
  {
    name: `${adapter}-refusal`,
    question: `Refusal while the breaker is open on ${TITLES[adapter]}, beside a guard that only throws`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-open`, `${adapter}-refusing`],
    connections: [50],
    ratios: [{ of: `${adapter}-open`, over: `${adapter}-refusing` }],
  },
  {
    name: `${adapter}-form`,
    question: `A form that is validated before the proof is spent, and again by Nest, on ${TITLES[adapter]}`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-undici-form`, `${adapter}-undici`, `${adapter}-floor-form`],
    connections: [50],
    ratios: [{ of: `${adapter}-undici-form`, over: `${adapter}-undici` }],
  },
  {
    name: `${adapter}-undecorated`,
    question: `Undecorated route under the global guard on ${TITLES[adapter]}, beside no guard`,
    floor: `${adapter}-floor`,
    variants: [`${adapter}-undecorated`],
    connections: [50],
    measure: 'CPU',
    ratios: [{ of: `${adapter}-undecorated`, over: `${adapter}-floor` }],
  },
];

const nowAndBefore = (adapter: Adapter, transport: 'default' | 'undici'): Comparison => ({
  name: `before-${adapter}-${transport}`,
  question: `Now and before: transport '${transport}' on ${TITLES[adapter]}`,
  floor: `${adapter}-floor`,
  variants: [`${adapter}-${transport}`, `${adapter}-${transport}-before`],
  connections: [1, 50],
  ratios: [{ of: `${adapter}-${transport}`, over: `${adapter}-${transport}-before` }],
});

/** Everything that `npm run bench` compares. Add an entry to add a comparison. */
export const COMPARISONS: readonly Comparison[] = [
  ...ADAPTERS.flatMap(adapter => [nowAndBefore(adapter, 'default'), nowAndBefore(adapter, 'undici')]),
  ...ADAPTERS.flatMap(perAdapter),
  {
    name: 'turnstile',
    question: 'nest-cloudflare-turnstile, beside @nestlab/google-recaptcha',
    floor: 'nest11-floor',
    variants: ['nest11-turnstile', 'nest11-recaptcha'],
    connections: [50],
    ratios: [{ of: 'nest11-turnstile', over: 'nest11-recaptcha' }],
  },
  {
    name: 'checkify-example',
    question: "Checkify's example, plain Express and fetch, beside no check",
    floor: 'plain-floor',
    variants: ['plain-fetch'],
    connections: [50],
    measure: 'CPU',
    ratios: [{ of: 'plain-fetch', over: 'plain-floor' }],
  },
];
