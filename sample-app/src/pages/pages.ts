import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Sandbox } from 'nestjs-verification/sandbox';
import { pageHeaders } from './page.headers.js';
import { renderView } from './view.engine.js';

const SOURCES = join(import.meta.dirname, '..');

/** Serves `views/` and `public/`; views see the sandbox's addresses where there is one. */
export function servePages(app: NestExpressApplication, sandbox: Sandbox | undefined): void {
  app.disable('x-powered-by');
  app.use(pageHeaders(sandbox === undefined ? [] : [sandbox.url]));
  app.useStaticAssets(join(SOURCES, 'public'), { prefix: '/assets/', index: false });
  app.engine('html', renderView);
  app.setViewEngine('html');
  app.setBaseViewsDir(join(SOURCES, 'views'));
  app.setLocal('sandbox', sandbox?.url);
}
