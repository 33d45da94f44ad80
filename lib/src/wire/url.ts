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

/** Whether a URL's hostname can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
