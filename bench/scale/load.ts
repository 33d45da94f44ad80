import { JOURNEYS } from './journeys.js';
import type { Ledger } from './ledger.js';
import type { Shop } from './shop.js';

let visitors = 0;

/** Clients that make one journey after another, until it is over. */
export async function load(
  shop: Shop,
  ledger: Ledger,
  { clients, isOver }: { readonly clients: number; readonly isOver: (journeys: number) => boolean },
): Promise<void> {
  let journeys = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (!isOver(journeys)) {
        const number = journeys++;
        await JOURNEYS[number % JOURNEYS.length]!(shop, ledger, `visitor-${String(++visitors)}`);
      }
    }),
  );
}
