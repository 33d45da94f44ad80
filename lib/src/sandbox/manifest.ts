import type { JsonObject } from '../wire/json.js';
import type { EmulatorClass } from './emulator.js';
import type { Reply } from './http/reply.js';
import type { Routes } from './http/route.js';

/**
 * Everything that the console, the command and the control surface know of one API. `C` is the class of its emulator,
 * `K` are the names of its credentials, and `N` is the name of its provider.
 */
export interface Manifest<
  C extends EmulatorClass = EmulatorClass,
  K extends string = string,
  N extends string = string,
> {
  /** The name of the provider. The sandbox serves the API below `/<name>`. */
  readonly name: N;
  /** The API's name for people. */
  readonly title: string;
  readonly emulator: C;
  /** The first segment of every API path. Other paths are pages that a person sees: no fault hits them. */
  readonly root: string;
  /**
   * The parts of a call that the console may show: segments of API paths, and fields whose values are neither secrets nor
   * proofs. It masks all others.
   */
  readonly words: readonly string[];
  /** The script for pages of the application, below the path of the API, and the element that it fills. */
  readonly embed?: readonly [script: string, element: string];
  /** Module options of the provider, except for the base URL. */
  readonly credentials: Readonly<Record<K, string>>;
  /** Applications list the provider's class in `customProviders`. */
  readonly isCustom?: true;
  /** Environment variables, each with the module option that it stands for. */
  readonly environment: Readonly<Record<string, K | 'baseUrl'>>;
  /** The documented errors, by the name under which they are faults. */
  readonly errors: Readonly<Record<string, Reply>>;
  /** A sentence for each error whose answer has none, by its name in `errors`. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** The errors of a path that has its own. They come before `errors`, under the same or other names. */
  errorsAt?(path: readonly string[]): Readonly<Record<string, Reply>>;
  /** An answer in the API's own words, and whether it is a yes; `undefined` if the API does not answer like that. */
  outcome(body: JsonObject): readonly [words: string, isYes: boolean] | undefined;
  /** Handles for curl, below `/control/<name>`. Each prints a line. */
  controls(emulator: InstanceType<C>): Routes<string>;
  /** Buttons of the console, below `/console/<name>`. A `location` in an answer becomes a link. */
  actions?(emulator: InstanceType<C>): Routes<object>;
  /** Lists of the console, by name. */
  lists?(emulator: InstanceType<C>, now: number): Readonly<Record<string, ConsoleList>>;
  /** Shell commands that take one proof through the API. */
  example(urls: { readonly control: string; readonly baseUrl: string }): string;
}

/** A list of the console, such as the sessions or logins of an API. */
export interface ConsoleList {
  readonly title: string;
  /** The text in place of rows. */
  readonly empty: string;
  /** The inbox page shows the list too, without its buttons. */
  readonly isInbox?: boolean;
  /** Newest first. */
  readonly rows: readonly ConsoleRow[];
}

export interface ConsoleRow {
  readonly id: string;
  readonly title: string;
  /** The title leads to this page. */
  readonly href?: string;
  /** The title is a code; a button copies it while the tone is `yes`. */
  readonly isCode?: boolean;
  readonly note: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly state: string;
  /** An empty tone is neither good nor bad: the row may wait for a person. */
  readonly tone: 'yes' | 'no' | '';
  /** The buttons name it to people who do not see the row around them. */
  readonly subject: string;
  /** The buttons: text and path of the action, below the row's id. */
  readonly actions: Readonly<Record<string, string>>;
}
