import { ConfigModule } from '@nestjs/config';
import { startSandbox } from 'nestjs-verification/sandbox';
import { readConfig } from './app.config.js';
import { banner } from './banner.js';
import { createApp } from './create-app.js';
import { findPort } from './free-port.js';

const STOP_TIMEOUT_MS = 700;

/** Starts the sandbox and the app. Resolves to a function that stops both. */
async function start(): Promise<() => Promise<void>> {
  await ConfigModule.forRoot(); // reads `.env`, since credentials there are credentials, too
  const config = readConfig();
  const say = (line: string): void => {
    console.log(line);
  };
  const sandbox = config.hasCredentials
    ? undefined
    : await startSandbox({ port: await findPort(config.sandboxPort, say, '127.0.0.1') });
  try {
    const app = await createApp(config, sandbox);
    await app.listen(await findPort(config.port, say));
    const { port } = new URL(await app.getUrl());
    const url = config.publicUrl ?? `http://localhost:${port}`;
    say(banner(url, sandbox, { isColoured: config.allowsColour && process.stdout.isTTY }));
    return async () => {
      await Promise.all([app.close(), sandbox?.close()]);
    };
  } catch (error) {
    await sandbox?.close();
    throw error;
  }
}

const running = start();
// The app listens for signals before it prints the banner, so that it stops cleanly from then on.
// A second signal stops it at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void running.then(async stop => {
      setTimeout(() => process.exit(0), STOP_TIMEOUT_MS); // requests may still wait for a provider
      await stop();
      process.exit(0);
    });
  });
}
running.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
