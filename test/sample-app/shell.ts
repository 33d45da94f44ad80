import { spawn } from 'node:child_process';

/** Runs commands one after the other in one shell, and resolves to the output of each. */
export async function runInShell(
  commands: readonly string[],
  env: Record<string, string>,
): Promise<readonly string[]> {
  const mark = '--8<--';
  const script = commands.map(command => `${command}\nprintf %s '${mark}'\n`).join('');
  const shell = spawn('bash', ['-u'], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  shell.stdin.end(script);
  await new Promise(resolve => shell.on('close', resolve));
  return output.split(mark).slice(0, -1);
}
