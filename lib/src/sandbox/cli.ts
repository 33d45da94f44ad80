#!/usr/bin/env node
import { runCommand } from './command.js';

const running = runCommand(process.argv.slice(2), {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
});
// The handlers come before the sandbox says that it is up: a signal right after that must end it cleanly.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void running.then(({ sandbox }) => sandbox?.close()));
}
void running.then(({ exitCode }) => {
  process.exitCode = exitCode;
});
