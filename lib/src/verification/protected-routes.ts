import { Injectable } from '@nestjs/common';

/** A handler that demands something, or is exempt from what its class demands. */
export interface ProtectedRoute {
  /** The class and the method, such as `PayController.pay()`. */
  readonly handler: string;
  /** All are demanded, each of any one of its providers. */
  readonly demands: readonly (readonly string[])[];
  /** The reason of `@SkipVerification`. */
  readonly exemption?: string;
}

/** The routes that the boot has found. The audit fills the list. */
@Injectable()
export class ProtectedRoutes {
  list: readonly ProtectedRoute[] = [];
}
