import { startSandbox } from 'nestjs-verification/sandbox';
import { readConfig } from './app.config.js';
import { createApp } from './create-app.js';

async function main(): Promise<void> {
  const config = readConfig();
  const sandbox = config.hasCredentials ? undefined : await startSandbox({ port: config.sandboxPort });
  try {
    const app = await createApp(config, sandbox);
    await app.listen(config.port);
    console.log(`Sample app   http://localhost:${String(config.port)}`);
    if (sandbox !== undefined)
      console.log(`Sandbox      ${sandbox.url} (no account needed; nothing leaves this machine)`);
    console.log('Try it       sample-app/README.md has requests to paste');
    process.once('exit', () => void sandbox?.close());
  } catch (error) {
    await sandbox?.close();
    throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
