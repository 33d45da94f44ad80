/** A route whose guard is measured by itself. */
export interface Route {
  readonly title: string;
  /** The goal, in CPU microseconds for each judgement. */
  readonly atMostMicros?: number;
  /** The guard refuses every request. */
  readonly refuses?: true;
}

/** The route that every other is compared with: its guard only says yes. */
export const NO_GUARD = 'none';

export const ROUTES = {
  undecorated: { title: 'undecorated route', atMostMicros: 0.3 },
  immediate: { title: 'guard, provider that answers at once', atMostMicros: 6 },
  undici: { title: "guard and Checkify, transport 'undici', stubbed dispatcher" },
  default: { title: 'guard and Checkify, default transport, stubbed dispatcher' },
  customised: { title: 'guard and Checkify, default transport with axios options, stubbed dispatcher' },
  remembered: { title: 'visitor who is remembered', atMostMicros: 6 },
  open: { title: 'refusal while the breaker is open', atMostMicros: 10, refuses: true },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
