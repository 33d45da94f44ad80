/** One application to measure, and the application without a guard that it is held against. */
export interface Variant {
  readonly name: string;
  readonly title: string;
  readonly floor: string;
  /** What it answers, where that is not 200. */
  readonly status?: number;
  /** Installed on demand, with Nest 11. */
  readonly peer?: true;
}

const nest12 = (adapter: 'Express' | 'Fastify'): Variant[] => {
  const prefix = `nest12-${adapter.toLowerCase()}`;
  const floor = `${prefix}-floor`;
  const title = (what: string): string => `${what}, Nest 12 ${adapter}`;
  return [
    { name: floor, title: title('no guard'), floor },
    { name: `${prefix}-undecorated`, title: title('undecorated route under the global guard'), floor },
    { name: `${prefix}-axios`, title: title("ours, transport 'axios' (default)"), floor },
    { name: `${prefix}-customised`, title: title("ours, transport 'axios' with axios options"), floor },
    { name: `${prefix}-undici`, title: title("ours, transport 'undici'"), floor },
    { name: `${prefix}-handwritten`, title: title('hand-written guard, undici Pool.request'), floor },
    { name: `${prefix}-open`, title: title('ours, refusal while the breaker is open'), floor, status: 503 },
    {
      name: `${prefix}-refusing`,
      title: title('hand-written guard that only throws a 503'),
      floor,
      status: 503,
    },
    { name: `${prefix}-httpservice`, title: title('hand-written guard, HttpService as it comes'), floor },
  ];
};

export const VARIANTS: readonly Variant[] = [
  ...nest12('Express'),
  ...nest12('Fastify'),
  { name: 'express-floor', title: 'no check, plain Express', floor: 'express-floor' },
  { name: 'express-fetch', title: "Checkify's example, plain Express and fetch", floor: 'express-floor' },
  { name: 'nest11-floor', title: 'no guard, Nest 11 Express', floor: 'nest11-floor', peer: true },
  {
    name: 'nest11-recaptcha',
    title: '@nestlab/google-recaptcha, Nest 11 Express',
    floor: 'nest11-floor',
    peer: true,
  },
  {
    name: 'nest11-turnstile',
    title: 'nest-cloudflare-turnstile, Nest 11 Express',
    floor: 'nest11-floor',
    peer: true,
  },
];
