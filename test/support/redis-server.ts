import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { until } from './until.js';

const missing = spawnSync('redis-server', ['--version']).error !== undefined;

/** `describe` where `redis-server` is installed. Elsewhere says what is left out, which CI does not let pass. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (!missing) describe(name, tests);
  else if ('CI' in process.env)
    it(name, () => {
      throw new Error('redis-server is not installed');
    });
  else {
    process.stderr.write(`Left out, because redis-server is not installed: ${name}\n`);
    describe.skip(name, tests);
  }
}

/** A real Redis on a free loopback port, which keeps nothing on disk. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private busPort: number | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-verification-redis-'));
  private readonly end = (): void => void this.process?.kill('SIGKILL');

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
  ) {
    process.once('exit', this.end);
  }

  static async start(...options: readonly string[]): Promise<RedisServer> {
    for (let tries = 10; ; tries--) {
      const server = new RedisServer(await freePort(), options);
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        if (tries === 1) throw error;
      }
    }
  }

  /** A cluster of so many nodes, each of which has its part of the slots. */
  static async startCluster(count = 3): Promise<readonly [RedisServer, ...RedisServer[]]> {
    const nodes = [await RedisServer.startNode()] as [RedisServer, ...RedisServer[]];
    while (nodes.length < count) nodes.push(await RedisServer.startNode());
    const [first] = nodes;
    for (const [index, node] of nodes.entries()) {
      const [from, to] = [index, index + 1].map(part => Math.ceil((part * 16384) / count));
      await node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await node.command('CLUSTER', 'ADDSLOTSRANGE', from!, to! - 1);
      if (node !== first) await first.command('CLUSTER', 'MEET', '127.0.0.1', node.port, node.busPort!);
    }
    for (const node of nodes)
      await until(async () => String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    return nodes;
  }

  private static async startNode(): Promise<RedisServer> {
    const busPort = await freePort();
    const cluster = { enabled: 'yes', port: busPort, 'announce-ip': '127.0.0.1', 'node-timeout': 500 };
    const server = await RedisServer.start(
      ...Object.entries(cluster).flatMap(([name, value]) => [`--cluster-${name}`, String(value)]),
    );
    server.busPort = busPort;
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  /** Runs a command that an operator types, over a connection of its own. */
  async command(name: string, ...values: (string | number)[]): Promise<unknown> {
    const redis = new Redis(this.port);
    try {
      return await redis.call(name, values);
    } finally {
      redis.disconnect();
    }
  }

  /** Ends the process as a crash does; all that it held is gone. */
  async kill(): Promise<void> {
    if (this.process === undefined) return;
    const exit = once(this.process, 'exit');
    this.end();
    await exit;
  }

  /** Starts it where it was, with nothing in it. */
  async restart(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...options, '--dir', this.folder, ...this.options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', () => (this.process = child));
      child.once('error', reject);
      child.once('exit', () => {
        this.process = undefined;
        reject(new Error(printed.join('\n')));
      });
      createInterface(child.stdout).on('line', line => {
        printed.push(line);
        if (line.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Freezes the server: it keeps connections and answers nothing. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.end);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Below the ports that a system gives to whoever asks for any: nobody takes it while the server is dead. */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const probe = createServer().listen(port, '127.0.0.1');
  const free = await once(probe, 'listening').then(
    () => true,
    () => false,
  );
  probe.close();
  return free ? port : freePort();
}
