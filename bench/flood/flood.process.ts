import { memoryInUse } from '../memory/heap.js';
import { answerWith } from '../pinned.process.js';
import { HonestVisitor, VISITS } from './honest.visitor.js';
import { FloodedShop } from './shop.js';

/** How much comes in. */
export interface Flood {
  readonly strangers: number;
  /** One honest visitor comes for so many strangers. */
  readonly strangersEach: number;
  /** So many strangers come while an honest visitor types a code. */
  readonly strangersMeanwhile: number;
}

/** What came of it. */
export interface FloodReport {
  readonly keys: number;
  readonly megabytes: number;
  /** What honest visitors did, and what of it was refused. */
  readonly honest: number;
  readonly refused: number;
  /** Strangers whose proof was refused at their own route, because it is full. */
  readonly strangersRefused: number;
}

/** What a stranger leaves in the store: a code 3 keys, a guess 2, a login 3, a proof that passes once 1, a receipt 1. */
const KEYS_EACH = 10;

async function strangerComes(shop: FloodedShop, number: number): Promise<boolean> {
  const visitor = `stranger-${String(number)}`;
  const challenge_id = await shop.codeFor(`+46${String(100_000_000 + number)}`, visitor);
  await shop.admits('code', { challenge_id, verify_code: '000000' });
  await shop.loginFor(visitor);
  await shop.admits('receipt', { visitor, checkify_token: `proof-${visitor}` });
  return shop.admits('like', { checkify_token: `proof-${visitor}` });
}

async function flood({ strangers, strangersEach, strangersMeanwhile }: Flood): Promise<FloodReport> {
  const shop = await FloodedShop.open();
  const { heap: before } = await memoryInUse();
  const waiting: { readonly visitor: HonestVisitor; readonly until: number }[] = [];
  let [honest, refused, strangersRefused] = [0, 0, 0];
  for (let number = 0; number < strangers; number++) {
    if (number % strangersEach === 0 && number + strangersMeanwhile < strangers) {
      honest++;
      const visitor = new HonestVisitor(shop, `ada-${String(honest)}`, `+45${String(20_000_000 + honest)}`);
      refused += await visitor.come();
      waiting.push({ visitor, until: number + strangersMeanwhile });
    }
    while (waiting[0]?.until === number) refused += await waiting.shift()!.visitor.comeAgain();
    if (!(await strangerComes(shop, number))) strangersRefused++;
  }
  const { heap: after } = await memoryInUse();
  return {
    keys: strangers * KEYS_EACH,
    megabytes: (after - before) / 2 ** 20,
    honest: honest * VISITS,
    refused,
    strangersRefused,
  };
}

answerWith({}, message => flood(message as Flood));
