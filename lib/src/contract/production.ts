/** Tells whether the application runs for real customers. */
export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}
