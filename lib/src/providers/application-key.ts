import { createHmac, randomBytes } from 'node:crypto';

/** A secret of the application, for texts that go to browsers, logs and stores and must tell nothing. */
export class ApplicationKey {
  /** The same on every instance where it comes from `referenceKey` or from credentials; else it lives for one process. */
  constructor(private readonly key: string | Buffer = randomBytes(32)) {}

  /** A keyed hash of `parts`, in 43 characters of base64url; another one for each `use`. */
  digest(use: string, ...parts: readonly string[]): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([use, ...parts]))
      .digest('base64url');
  }
}
