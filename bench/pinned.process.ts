import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** `true` if processes can be kept apart: this needs two cores and the command `taskset`. */
export const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** A Node process on one core, or on any where none is named. It answers each message with one message. */
export class PinnedProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** The message that it sent when it was ready. */
    readonly hello: unknown,
  ) {}

  /** Starts a compiled file; resolves when the process is ready. */
  static async start(
    core: 0 | 1 | undefined,
    file: URL,
    args: readonly string[] = [],
  ): Promise<PinnedProcess> {
    const command = [process.execPath, '--expose-gc', fileURLToPath(file), ...args];
    const isPinned = canPin && core !== undefined;
    const [program = '', ...rest] = isPinned ? ['taskset', '-c', String(core), ...command] : command;
    const child = spawn(program, rest, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    });
    return new PinnedProcess(child, await answerOf(child));
  }

  async ask<T>(message: object): Promise<T> {
    if (!this.child.connected) throw new Error(`${nameOf(this.child)} has ended`);
    const answer = answerOf(this.child);
    this.child.send(message);
    return (await answer) as T;
  }

  /** Ends it; by SIGKILL as a crash does. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}

/** Starts a process, asks it once and stops it. */
export async function askOnce<T>(
  core: 0 | 1,
  file: URL,
  args: readonly string[],
  message: object,
): Promise<T> {
  const started = await PinnedProcess.start(core, file, args);
  try {
    return await started.ask<T>(message);
  } finally {
    await started.stop();
  }
}

function nameOf({ spawnargs }: ChildProcess): string {
  return spawnargs.filter(arg => /\.process\.m?js$/.test(arg)).join(' ');
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => {
      reject(new Error(`${nameOf(child)} ended with ${String(code)}`));
    };
    child.once('exit', exited);
    child.once('message', message => {
      child.off('exit', exited);
      resolve(message);
    });
  });
}

/** The side of the child: says hello, then answers. */
export function answerWith(hello: object, answer: (message: unknown) => unknown): void {
  process.on('message', message => {
    void Promise.resolve(answer(message)).then(reply => process.send?.(reply as object));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(hello);
}
