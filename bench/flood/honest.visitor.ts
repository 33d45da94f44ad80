import { RIGHT_CODE } from '../scale/confirmations.js';
import type { FloodedShop } from './shop.js';

/** Somebody who does everything right, and takes some time for it. */
export class HonestVisitor {
  private codeId: string | undefined;
  private loginId: string | undefined;

  constructor(
    private readonly shop: FloodedShop,
    private readonly name: string,
    private readonly phone: string,
  ) {}

  /** Asks for a code, begins a login, and brings the proofs that there are; tells how many of these were refused. */
  async come(): Promise<number> {
    const { shop, name: visitor } = this;
    this.codeId = await shop.codeFor(this.phone, visitor);
    this.loginId = await shop.loginFor(visitor);
    return refused([
      this.codeId !== undefined,
      this.loginId !== undefined,
      await shop.admits('receipt', { visitor, checkify_token: `proof-${visitor}` }),
    ]);
  }

  /** Types the code, comes back from the login and from the shop, and votes; tells how many of these were refused. */
  async comeAgain(): Promise<number> {
    const { shop, name: visitor, codeId, loginId } = this;
    return refused([
      await shop.admits('code', { challenge_id: codeId, verify_code: RIGHT_CODE }),
      await shop.admits('login', { visitor, token: `token-${visitor}`, challenge_id: loginId }),
      await shop.admits('login', { visitor }),
      await shop.admits('receipt', { visitor }),
      await shop.admits('vote', { checkify_token: `proof-${visitor}` }),
    ]);
  }
}

/** How many things each honest visitor does. */
export const VISITS = 8;

function refused(admitted: readonly boolean[]): number {
  return admitted.filter(each => !each).length;
}
