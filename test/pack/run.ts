import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The environment of a person's shell, not that of a test. */
export const SHELL = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NODE_(?!EXTRA_CA_CERTS)|JEST_|npm_(package|lifecycle)_|FORCE_COLOR)/.test(name),
  ),
);

/** What a command printed; rejects with all of it when the command fails. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { cwd, env: SHELL, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error([`${command} ${args.join(' ')}`, stdout, stderr].join('\n'), { cause: error });
  }
}
