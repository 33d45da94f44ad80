import type { ExecutionContext } from '@nestjs/common';

/** The options of the state. */
export class StateOptions {
  constructor(
    /** In place of the account at each provider. */
    readonly scope?: string | ((context: ExecutionContext) => string | Promise<string>),
  ) {}
}
