import { parseArgs } from 'node:util';
import { VERSION } from '../contract/version.js';
import { writeEnvFile } from './env-file.js';
import type { Sandbox } from './sandbox.js';
import { startSandbox } from './sandbox-server.js';
import { SandboxError } from './sandbox.error.js';
import { ALL_TITLES, environmentOf, welcome } from './welcome.js';

/** The output of the command. */
interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** The end of the command, or the sandbox that it started and that still runs. */
interface CommandResult {
  readonly exitCode: number;
  readonly sandbox?: Sandbox;
}

const USAGE = `Usage: nestjs-verification sandbox [--port 4010] [--host 127.0.0.1] [--env .env]

Emulates the APIs of ${ALL_TITLES} on this machine.

  --port     port to listen on, 0 for any free one (4010)
  --host     loopback address to listen on (127.0.0.1)
  --env      writes the variables for your application into this file, and leaves its other lines
  --version  the version of nestjs-verification
  --help     this text
`;

/** Runs the command line. The exit code is 2 for wrong usage and 1 if the sandbox cannot start. */
export async function runCommand(args: string[], terminal: Terminal): Promise<CommandResult> {
  const request = parse(args);
  if (typeof request === 'string') {
    terminal.err(`${request}\n\n${USAGE}`);
    return { exitCode: 2 };
  }
  if ('text' in request) {
    terminal.out(request.text);
    return { exitCode: 0 };
  }
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await startSandbox(request);
    const { envFile } = request;
    if (envFile !== undefined) writeEnvFile(envFile, environmentOf(sandbox));
    terminal.out(welcome(sandbox));
    if (envFile !== undefined) terminal.out(`\nThe variables are in ${envFile}.\n`);
    return { exitCode: 0, sandbox };
  } catch (error) {
    await sandbox?.close();
    terminal.err(`${explain(error, request.port)}\n`);
    return { exitCode: error instanceof SandboxError ? 2 : 1 };
  }
}

type Request = { port: number; host: string; envFile: string | undefined } | { text: string };

function parse(args: string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '4010' },
        host: { type: 'string', default: '127.0.0.1' },
        env: { type: 'string' },
        'env-file': { type: 'string' }, // the same; Node itself wants such a file to exist already
        version: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { host, env, 'env-file': envFile = env } = values;
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Infinity;
    if (values.help) return { text: USAGE };
    if (values.version) return { text: `${VERSION}\n` };
    if (positionals.length === 0) return 'Say which command to run.';
    if (positionals.length > 1 || positionals[0] !== 'sandbox') return 'The only command is "sandbox".';
    return port <= 65_535 ? { port, host, envFile } : '--port must be a number from 0 to 65535.';
  } catch (error) {
    // Node adds advice about `--` that does not apply here.
    return messageOf(error).replace(/\. To specify a positional.*$/s, '.');
  }
}

function explain(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another with --port, or 0 for any free one.`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this account. Choose one above 1023 with --port.`;
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
