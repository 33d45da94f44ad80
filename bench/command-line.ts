import { parseArgs } from 'node:util';
import { FULL, QUICK, type Effort } from './effort.js';

/** The arguments of `npm run bench`. */
export interface CommandLine {
  readonly quick: boolean;
  /** A directory with another build of this package. */
  readonly before?: string;
  /** The names of parts, or the words with which their names begin. */
  readonly only: readonly string[];
  readonly effort: Effort;
  /** A whole run at full length is kept. */
  readonly isKept: boolean;
}

const USAGE = `npm run bench                          measure everything and write bench/results.md
npm run bench -- --before <directory>  measure another build of this package beside this one
npm run bench -- --quick               answer one question in about a minute
npm run bench -- --only <name>         measure a part; names that begin so are included
npm run bench -- --list                list the names
    --starts <n> --rounds <n> --seconds <n>  try other lengths; nothing is written`;

export function commandLine(names: readonly string[]): CommandLine {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      before: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      starts: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, before, starts, rounds, seconds } = values;
  if (values.help || values.list) {
    console.log(values.help ? USAGE : names.join('\n'));
    process.exit();
  }
  for (const word of values.only)
    if (!names.some(name => name.startsWith(word)))
      throw new Error(`Nothing is named "${word}". The names are ${names.join(', ')}.`);
  if (before === undefined && values.only.some(word => word.startsWith('before')))
    throw new Error('Comparisons with another build need --before <directory>.');
  const standard = quick ? QUICK : FULL;
  return {
    quick,
    ...(before === undefined ? {} : { before }),
    only: values.only,
    effort: {
      ...standard,
      ...(starts === undefined ? {} : { starts: count('starts', starts) }),
      ...(rounds === undefined ? {} : { rounds: count('rounds', rounds) }),
      ...(seconds === undefined ? {} : shortened(standard, positive('seconds', seconds))),
    },
    isKept: !quick && values.only.length === 0 && (starts ?? rounds ?? seconds) === undefined,
  };
}

function shortened({ warmUp }: Effort, seconds: number): Pick<Effort, 'seconds' | 'warmUp'> {
  return { seconds, warmUp: { ...warmUp, seconds: Math.min(warmUp.seconds, seconds) } };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}".`);
  return value;
}

function count(name: string, text: string): number {
  return Math.ceil(positive(name, text));
}
