import type { ExecutionContext } from '@nestjs/common';

/** What the application says of its state. */
export class StateOptions {
  constructor(
    /** In place of the account at each provider. */
    readonly scope?: string | ((context: ExecutionContext) => string | Promise<string>),
  ) {}
}
