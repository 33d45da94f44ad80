import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes can be kept apart: two cores, and a command that pins. */
export const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** A Node process on one core that answers one message with one message. */
export class PinnedProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** What it said when it was ready. */
    readonly hello: unknown,
  ) {}

  static async start(core: 0 | 1, file: string, args: readonly string[]): Promise<PinnedProcess> {
    const command = [process.execPath, '--expose-gc', file, ...args];
    const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...command] : command;
    const child = spawn(program, rest, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    });
    return new PinnedProcess(child, await answerOf(child));
  }

  async ask<T>(message: object): Promise<T> {
    const answer = answerOf(this.child);
    this.child.send(message);
    return (await answer) as T;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill();
    await gone;
  }
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => {
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${String(code)}`));
    };
    child.once('exit', exited);
    child.once('message', message => {
      child.off('exit', exited);
      resolve(message);
    });
  });
}

/** The other side: says hello, and answers. */
export function answerWith(hello: object, answer: (message: unknown) => unknown): void {
  process.on('message', message => {
    void Promise.resolve(answer(message)).then(reply => process.send?.(reply as object));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(hello);
}
