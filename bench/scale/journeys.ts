import type { Ledger } from './ledger.js';
import type { Reply, Shop, Visit } from './shop.js';
import { RIGHT_CODE } from './confirmations.js';

const WRONG_CODE = '000000';
/** More than anybody has. */
const WRONG_GUESSES = 8;

/** A visitor, and everything that the visitor does. */
type Journey = (shop: Shop, ledger: Ledger, visitor: string) => Promise<void>;

let people = 0;

async function codeFor(shop: Shop, ledger: Ledger, visitor: string): Promise<string | undefined> {
  const to = `+45${String(20_000_000 + ++people)}`;
  const visit: Visit = { step: 'code: send', route: 'send-code', visitor, form: { to } };
  const reply = await shop.post(visit);
  return ledger.expectOne(visit, reply) ? reply.id : undefined;
}

function guess(route: string, visitor: string, id: string, code: string, step: string): Visit {
  return { step, route, visitor, form: { challenge_id: id, verify_code: code, proof: visitor } };
}

function twice(shop: Shop, visit: Visit): Promise<Reply[]> {
  return Promise.all([shop.post(visit), shop.post(visit)]);
}

/** Passes without a proof, and nobody else does. */
async function comeAgain(shop: Shop, ledger: Ledger, { route, visitor }: Visit): Promise<void> {
  const again: Visit = { step: 'remembered visitor', route, visitor };
  ledger.expectPassed(again, await shop.post(again));
  const stranger: Visit = { step: 'stranger without a proof', route, visitor: `not ${visitor}` };
  ledger.expectRefused(stranger, await shop.post(stranger));
  ledger.remembered.push(again);
}

/** Everything that a visitor may do. Each is a journey of its own. */
export const JOURNEYS: readonly Journey[] = [
  /** A wrong guess, the right one by a double click, and once more. */
  async (shop, ledger, visitor) => {
    const id = await codeFor(shop, ledger, visitor);
    if (id === undefined) return;
    const wrong = guess('code', visitor, id, WRONG_CODE, 'code: wrong guess');
    ledger.expectRefused(wrong, await shop.post(wrong));
    const right = guess('code', visitor, id, RIGHT_CODE, 'code: guess');
    ledger.expectOne(right, ...(await twice(shop, right)));
    const used = { ...right, step: 'code: used before' };
    ledger.expectRefused(used, await shop.post(used));
    ledger.spent.push(used);
  },
  /** Too many guesses, all at once. */
  async (shop, ledger, visitor) => {
    const id = await codeFor(shop, ledger, visitor);
    if (id === undefined) return;
    const wrong = guess('code', visitor, id, WRONG_CODE, 'code: wrong guesses at once');
    const guesses = Array.from({ length: WRONG_GUESSES }, () => shop.post(wrong));
    ledger.expectRefused(wrong, ...(await Promise.all(guesses)));
    const late = guess('code', visitor, id, RIGHT_CODE, 'code: no guess left');
    ledger.expectRefused(late, await shop.post(late));
    ledger.spent.push(late);
  },
  async (shop, ledger, visitor) => {
    const id = await codeFor(shop, ledger, visitor);
    if (id === undefined) return;
    const right = guess('remembered-code', visitor, id, RIGHT_CODE, 'remembered code: guess');
    if (ledger.expectOne(right, await shop.post(right))) await comeAgain(shop, ledger, right);
    ledger.spent.push({ ...right, step: 'code: used before', visitor: `not ${visitor}` });
  },
  async (shop, ledger, visitor) => {
    const form = { checkify_token: `proof-${visitor}` };
    const visit: Visit = { step: 'receipt: proof', route: 'receipt', visitor, form };
    if (ledger.expectOne(visit, await shop.post(visit))) await comeAgain(shop, ledger, visit);
  },
  /** A proof by a double click, and once more. */
  async (shop, ledger, visitor) => {
    const form = { checkify_token: `proof-${visitor}`, proof: visitor };
    const visit: Visit = { step: 'once: proof', route: 'once', visitor, form };
    ledger.expectOne(visit, ...(await twice(shop, visit)));
    const used = { ...visit, step: 'once: used before' };
    ledger.expectRefused(used, await shop.post(used));
    ledger.spent.push(used);
  },
  async (shop, ledger, visitor) => {
    const form = { checkify_token: `proof-${visitor}`, proof: visitor };
    const visit: Visit = { step: 'remembered once: proof', route: 'remembered-once', visitor, form };
    if (!ledger.expectOne(visit, await shop.post(visit))) return;
    await comeAgain(shop, ledger, visit);
    const stolen: Visit = { ...visit, step: 'remembered once: used by another', visitor: `not ${visitor}` };
    ledger.expectRefused(stolen, await shop.post(stolen));
    ledger.spent.push(stolen);
  },
  async (shop, ledger, visitor) => {
    const start: Visit = { step: 'login: start', route: 'start-login', visitor };
    const started = await shop.post(start);
    if (!ledger.expectOne(start, started)) return;
    const form = { token: `token-${visitor}`, challenge_id: started.id };
    const visit: Visit = { step: 'login: return', route: 'login', visitor, form };
    if (ledger.expectOne(visit, await shop.post(visit))) await comeAgain(shop, ledger, visit);
  },
];

/** Everything that is spent stays so, and everybody who is remembered passes. */
export async function visitAgain(shop: Shop, ledger: Ledger): Promise<void> {
  const together = 50;
  const all = async (
    visits: readonly Visit[],
    expect: (visit: Visit, reply: Reply) => void,
  ): Promise<void> => {
    for (let index = 0; index < visits.length; index += together)
      await Promise.all(
        visits.slice(index, index + together).map(async visit => {
          expect(visit, await shop.post(visit));
        }),
      );
  };
  await all([...ledger.spent], (visit, reply) => {
    ledger.expectRefused(visit, reply);
  });
  await all([...ledger.remembered], (visit, reply) => {
    ledger.expectPassed(visit, reply);
  });
}
