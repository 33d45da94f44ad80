import { BROWSER_FILES } from './browser-files.js';

/** Markup that a page may contain as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** A value of a template: texts and numbers are shown as they are, markup is part of the page. */
type HtmlValue = string | number | Html | readonly Html[];

/** The template at this path below `sandbox/`, each `{{name}}` in it replaced by the value of that name. */
export function html(path: string, values: Readonly<Record<string, HtmlValue>> = {}): Html {
  const template = BROWSER_FILES.get(path);
  if (template === undefined) throw new Error(`The sandbox has no template ${path}.`);
  return new Html(
    template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`The template ${path} needs a value for ${name}.`);
      return markupOf(value);
    }),
  );
}

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(each => each.text).join('');
  return String(value).replace(/[&<>"']/g, character => `&#${String(character.charCodeAt(0))};`);
}
