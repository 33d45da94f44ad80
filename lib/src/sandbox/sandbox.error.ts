/** A sandbox handle was asked for something that does not exist or makes no sense. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  constructor(
    readonly code: 'not_found' | 'invalid',
    message: string,
  ) {
    super(message);
  }
}
