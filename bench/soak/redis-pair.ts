import { RedisServer } from './redis-server.js';
import { TcpSwitch } from './tcp-switch.js';

/** How a replica takes over. */
export const FAILOVER_KINDS = ['planned', 'crash', 'lagging', 'hanging'] as const;
export type FailoverKind = (typeof FAILOVER_KINDS)[number];

/** One takeover, in milliseconds of `performance.now()`. */
export interface Failover {
  readonly kind: FailoverKind;
  /** The moment from which the replica may lack what the primary confirmed; `Infinity` if it lacks nothing. */
  readonly lostFrom: number;
  /** When the primary was gone. */
  readonly goneAt: number;
}

/** How long a replica is cut off before a lagging failover. */
const CUT_MS = 300;
/** How long a primary keeps its connections and answers nothing. */
const HUNG_MS = 2000;

/** A primary and a replica behind one address. */
export class RedisPair {
  private constructor(
    private primary: RedisServer,
    private replica: RedisServer,
    private readonly address: TcpSwitch,
  ) {}

  static async start(): Promise<RedisPair> {
    const [primary, replica, address] = await Promise.all([
      RedisServer.start(),
      RedisServer.start(),
      TcpSwitch.start(),
    ]);
    const pair = new RedisPair(primary, replica, address);
    await follow(replica, primary);
    address.pointAt(primary.port);
    return pair;
  }

  /** The port that leads to the primary. */
  get port(): number {
    return this.address.port;
  }

  /** Lets the replica take over, and the old primary come back as its replica; tells before anybody is served again. */
  async failOver(kind: FailoverKind, tell: (failover: Failover) => void): Promise<void> {
    const { primary, replica } = this;
    const lostFrom = kind === 'planned' ? Infinity : performance.now();
    if (kind === 'planned') {
      await primary.command('FAILOVER', 'TO', '127.0.0.1', replica.port, 'TIMEOUT', 5000);
      await replica.untilReplication('role:master');
    } else {
      await primary.untilReplicated();
      if (kind === 'lagging') {
        await replica.command('REPLICAOF', 'NO', 'ONE');
        await sleep(CUT_MS);
      }
      if (kind === 'hanging') {
        primary.pause();
        await sleep(HUNG_MS);
      }
      await primary.kill();
      await replica.command('REPLICAOF', 'NO', 'ONE');
    }
    tell({ kind, lostFrom, goneAt: performance.now() });
    this.address.pointAt(replica.port);
    [this.primary, this.replica] = [replica, primary];
    if (kind !== 'planned') await primary.restart();
    await follow(primary, replica);
  }

  async stop(): Promise<void> {
    await Promise.all([this.address.stop(), this.primary.stop(), this.replica.stop()]);
  }
}

/** Waits until `replica` has all that `primary` has, and keeps it. */
async function follow(replica: RedisServer, primary: RedisServer): Promise<void> {
  await replica.command('REPLICAOF', '127.0.0.1', primary.port);
  await replica.untilReplication('master_link_status:up');
  await primary.untilReplicated(); // the stream of writes may start a second after the link is up
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
