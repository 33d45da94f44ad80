import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes variables into a file such as `.env`: replaces the lines that set them, and leaves all others. */
export function writeEnvFile(path: string, variables: ReadonlyMap<string, string>): void {
  const left = new Map(variables);
  const lines = (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').flatMap(line => {
    const name = /^\s*(?:export\s+)?([A-Z0-9_]+)\s*=/.exec(line)?.[1] ?? '';
    if (!variables.has(name)) return line;
    const value = left.get(name);
    left.delete(name); // of two lines, one is enough
    return value === undefined ? [] : `${name}=${value}`;
  });
  while (lines.at(-1) === '') lines.pop();
  const added = [...left].map(([name, value]) => `${name}=${value}`);
  writeFileSync(path, [...lines, ...added, ''].join('\n'), { mode: 0o600 });
}
