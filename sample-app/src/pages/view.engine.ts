import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Model = Readonly<Record<string, unknown>>;

/**
 * What Express renders `.html` files with: `{{name}}` is text, `{{#name}}…{{/name}}` stands where there is such a value,
 * `{{^name}}…{{/name}}` where there is none, and `{{> name}}` is another file. A larger application takes Handlebars.
 */
export function renderView(
  path: string,
  model: object,
  done: (error: Error | null, html?: string) => void,
): void {
  let html: string;
  try {
    html = fill(readWhole(path), model as Model);
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, html);
}

function readWhole(path: string): string {
  return readFileSync(path, 'utf8').replace(/\{\{> (\w+)\}\}/g, (_, name: string) =>
    readWhole(join(dirname(path), `${name}.html`)),
  );
}

function fill(template: string, model: Model): string {
  return template
    .replace(/\{\{([#^])(\w+)\}\}(.*?)\{\{\/\2\}\}/gs, (_, mark: string, name: string, inside: string) =>
      (mark === '#') === Boolean(model[name]) ? fill(inside, model) : '',
    )
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(textOf(model[name])));
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
