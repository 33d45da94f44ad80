import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';

/** A Redis on loopback that keeps nothing on disk. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-verification-soak-'));
  private readonly end = (): void => void this.process?.kill('SIGKILL');

  private constructor(readonly port: number) {
    process.once('exit', this.end);
  }

  static async start(): Promise<RedisServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const server = new RedisServer((probe.address() as AddressInfo).port);
    probe.close();
    await once(probe, 'close');
    await server.restart();
    return server;
  }

  /** Sends a command over a connection of its own. */
  command(name: string, ...values: readonly (string | number)[]): Promise<unknown> {
    return this.connected(redis => redis.call(name, [...values]));
  }

  /** Waits until `INFO replication` has a line. */
  async untilReplication(line: string): Promise<void> {
    const until = performance.now() + 30_000;
    while (!String(await this.command('INFO', 'replication')).includes(line)) {
      if (performance.now() > until) throw new Error(`Redis does not reach ${line}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  /** Waits until a replica has all that was confirmed before the call. */
  async untilReplicated(): Promise<void> {
    const replicas = await this.connected(async redis => {
      await redis.set('replicated', 'yes');
      return redis.wait(1, 5000);
    });
    if (replicas === 0) throw new Error('The replica does not keep up with its primary');
  }

  /** Ends the process as a crash does; its data is gone. */
  async kill(): Promise<void> {
    if (this.process === undefined) return;
    const exit = once(this.process, 'exit');
    this.end();
    await exit;
  }

  /** Freezes the server: it keeps its connections and answers nothing. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  async restart(): Promise<void> {
    const settings = { port: this.port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: this.folder };
    const replication = { 'repl-diskless-sync-delay': 0, 'maxmemory-policy': 'noeviction' };
    const options = Object.entries({ ...settings, ...replication });
    const child = spawn(
      'redis-server',
      options.flatMap(([option, value]) => [`--${option}`, String(value)]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        this.process = undefined;
        reject(new Error('redis-server ended'));
      });
      createInterface(child.stdout).on('line', line => {
        if (line.includes('Ready to accept connections')) resolve();
      });
    });
    this.process = child;
  }

  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.end);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async connected<Reply>(ask: (redis: Redis) => Promise<Reply>): Promise<Reply> {
    const redis = new Redis(this.port);
    try {
      return await ask(redis);
    } finally {
      redis.disconnect();
    }
  }
}
