import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whether `redis-server` is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;

/** A real Redis behind a socket file, which keeps nothing on disk. */
export class RedisProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly socket: string,
  ) {}

  static async start(): Promise<RedisProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-verification-bench-'));
    const socket = join(folder, 'redis.sock');
    const options = { port: '0', unixsocket: socket, save: '', appendonly: 'no', dir: folder };
    const child = spawn(
      'redis-server',
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', code => {
        reject(new Error(`redis-server ended with ${String(code)}`));
      });
      createInterface(child.stdout).on('line', line => {
        if (/ready to accept connections/i.test(line)) resolve();
      });
    });
    child.removeAllListeners('exit');
    return new RedisProcess(child, folder, socket);
  }

  async stop(): Promise<void> {
    const gone = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
