import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from 'nestjs-verification/sandbox';

const EMBEDS = ['checkify/embed.js', 'humanproof/widget.js'];

/** A page of an application on another origin, with the widgets in a form and a policy as strict as they allow. */
export class Shop {
  url!: string;
  readonly #server: Server;

  constructor(
    { url }: Sandbox,
    form: string,
    readonly scripts: readonly string[] = EMBEDS,
  ) {
    const policy = `default-src 'none'; script-src ${url}; connect-src ${url}; form-action 'self'; img-src data:`;
    this.#server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', policy);
      response.end(`<!doctype html>
        <html lang="en">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <link rel="icon" href="data:,">
          <title>Shop</title>
          ${scripts.map(path => `<script type="module" src="${url}/${path}"></script>`).join('')}
          <main><h1>Shop</h1><form>${form}</form></main>
        </html>`);
    });
  }

  async open(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.url = `http://localhost:${(this.#server.address() as AddressInfo).port}/`);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
