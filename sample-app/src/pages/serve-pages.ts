import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import hbs from 'hbs';
import type { Sandbox } from 'nestjs-verification/sandbox';
import { pageHeaders } from './page-headers.middleware.js';

const SOURCES = join(import.meta.dirname, '..');
const VERIFIED_FETCH = createRequire(import.meta.url).resolve('nestjs-verification/browser');
const VIEWS = join(SOURCES, 'views');

/** Serves `views/` and `public/`. Views get the sandbox's address if there is a sandbox. */
export function servePages(app: NestExpressApplication, sandbox: Sandbox | undefined): void {
  app.disable('x-powered-by');
  app.use(sandbox === undefined ? pageHeaders([], ['https:']) : pageHeaders([sandbox.url], [sandbox.url]));
  app.useStaticAssets(join(SOURCES, 'public'), { prefix: '/assets/', index: false });
  app.use('/assets/verified-fetch.js', (_: Request, response: Response) => {
    response.sendFile(VERIFIED_FETCH);
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.locals['here'] = { [request.path.split('/')[1] ?? '']: true }; // marks the link to this page
    next();
  });
  const handlebars = hbs.create();
  handlebars.registerPartials(join(VIEWS, 'partials'));
  app.engine('html', handlebars.__express);
  app.setViewEngine('html');
  app.setBaseViewsDir(VIEWS);
  app.set('view options', { layout: false }); // every view is a complete page
  app.setLocal('sandbox', sandbox?.url);
}
