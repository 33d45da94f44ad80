import { Redis } from 'ioredis';
import type { StateStore } from 'nestjs-verification';
import { RedisStateStore } from 'nestjs-verification/redis';
import { createClient } from 'redis';

/** What a store over each library's client makes of the same two keys. */
async function main(url: string): Promise<void> {
  const ioRedis = new Redis(url);
  const nodeRedis = createClient({ url });
  await nodeRedis.connect();
  const stores: StateStore[] = [new RedisStateStore(ioRedis), new RedisStateStore(nodeRedis)];
  await stores[0]?.set('key', 'v', 60_000);
  const counts = [];
  const values = [];
  for (const store of stores) {
    counts.push(await store.increment('count', 60_000));
    values.push(await store.get('key'));
  }
  ioRedis.disconnect();
  await nodeRedis.disconnect();
  console.log(JSON.stringify({ counts, values }));
}

void main(process.argv[2] ?? '');
