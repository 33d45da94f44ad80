#!/usr/bin/env node
import { runCommand } from './command.js';

void runCommand(process.argv.slice(2), {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
}).then(({ exitCode, sandbox }) => {
  process.exitCode = exitCode;
  if (!sandbox) return;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
});
