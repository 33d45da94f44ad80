/**
 * A path below a base URL, with every segment percent-encoded; `undefined` when a segment is empty or a dot
 * segment, which no encoding protects (`encodeURIComponent('..')` is still `..`).
 */
export function pathOf(base: string, ...segments: readonly string[]): string | undefined {
  let path = base;
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..') return undefined;
    path += `/${encodeURIComponent(segment)}`;
  }
  return path;
}

/** Tells whether the hostname of a parsed URL can only be this machine; the unspecified address reaches it too. */
export function isLoopback(hostname: string): boolean {
  return (
    /^(.+\.)?localhost\.?$/.test(hostname) ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname) ||
    /^\[::ffff:(7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0)\]$/.test(hostname) ||
    ['0.0.0.0', '[::]', '[::1]'].includes(hostname)
  );
}
