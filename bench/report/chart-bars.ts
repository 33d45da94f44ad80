import type { ApplicationName } from '../applications/application.js';
import type { CostFigures } from '../guard-cost/cost-figures.js';
import type { Bar } from './chart.js';

/** A chart is drawn only if every control behind it is within this share. */
const MOST_ERROR = 0.05;
const CONNECTIONS = 50;

/** The applications of the chart, and the comparison from which each figure comes. */
const SHOWN: readonly (readonly [application: ApplicationName, comparison: string, title: string])[] = [
  ['fastify-undici', 'fastify-undici', "ours, transport 'undici' (Fastify)"],
  ['express-undici', 'express-undici', "ours, transport 'undici' (Express)"],
  ['express-handwritten', 'express-undici', 'hand-written undici guard (Express)'],
  ['fastify-default', 'fastify-recaptcha', 'ours, default transport (Fastify)'],
  ['express-default', 'express-recaptcha', 'ours, default transport (Express)'],
  ['nest11-recaptcha', 'express-recaptcha', '@nestlab/google-recaptcha (Express)'],
  ['nest11-turnstile', 'turnstile', 'nest-cloudflare-turnstile (Express)'],
  ['express-httpservice', 'express-httpservice', 'hand-written HttpService guard (Express)'],
  ['plain-fetch', 'checkify-example', "Checkify's example with fetch (plain Express)"],
];

/** The bars of the chart; nothing if a control behind them is too far off or a comparison is missing. */
export function chartBars(costs: readonly CostFigures[]): Bar[] | undefined {
  const bars: Bar[] = [];
  for (const [application, comparison, title] of SHOWN) {
    const found = costs.find(each => each.comparison.name === comparison && each.connections === CONNECTIONS);
    const cost = found?.applications.find(({ name }) => name === application)?.guardMicros;
    if (found === undefined || cost === undefined || !(found.error <= MOST_ERROR)) return undefined;
    bars.push({ title, value: cost.median, ours: title.startsWith('ours') });
  }
  return bars.sort((a, b) => a.value - b.value);
}
