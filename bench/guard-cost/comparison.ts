import { applicationOf, type ApplicationName } from '../applications/application.js';

/** One cost divided by another; a goal if it has an upper limit. */
export interface Ratio {
  readonly of: ApplicationName;
  readonly over: ApplicationName;
  readonly atMost?: number;
}

type Variants =
  | readonly [ApplicationName]
  | readonly [ApplicationName, ApplicationName]
  | readonly [ApplicationName, ApplicationName, ApplicationName]
  | readonly [ApplicationName, ApplicationName, ApplicationName, ApplicationName];

/** A few applications that are alive at the same time and are measured in turn. */
export interface Comparison {
  readonly name: string;
  readonly question: string;
  readonly floor: ApplicationName;
  /** The first one also runs in a second process, which is the control. */
  readonly variants: Variants;
  /** The application that has all of them as routes of its own; without it, each has a process of its own. */
  readonly host?: ApplicationName;
  readonly connections: readonly number[];
  readonly ratios: readonly Ratio[];
  /** The CPU time of a request beyond its floor, or all of it. @default 'guard cost' */
  readonly measure?: 'guard cost' | 'CPU';
}

/** The name of the control, and of its floor where it has one of its own. */
export const [CONTROL, CONTROL_FLOOR] = ['control', 'floor of the control'];

export function applicationsOf({ floor, variants }: Comparison): ApplicationName[] {
  return [floor, ...variants];
}

/** Tells whether a comparison needs something that is not always there. */
export function needs(comparison: Comparison, what: 'peers' | 'before'): boolean {
  return applicationsOf(comparison).some(name => applicationOf(name).needs === what);
}
