import { CALLS_STYLE } from './calls.style.js';
import { CONSOLE_SCRIPT } from './console.script.js';
import { CONSOLE_STYLE } from './console.style.js';
import { DOM_SCRIPT } from './dom.script.js';
import { FAULTS_SCRIPT } from './faults.script.js';
import { INBOX_SCRIPT } from './inbox.script.js';
import { MESSAGES_SCRIPT } from './messages.script.js';
import { PAGE_STYLE } from './page.style.js';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="8" fill="#3a49c9" />
  <path d="m9 17 5 5 10-12" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" />
</svg>
`;

/**
 * What the pages load, by name: type and text. Browser code lives in text modules, so that one source serves the ESM
 * and the CommonJS build; `test/architecture/assets.spec.ts` checks, lints and formats the texts.
 */
export const ASSETS: ReadonlyMap<string, readonly [type: string, text: string]> = new Map([
  ['icon.svg', ['image/svg+xml', ICON]],
  ['page.css', ['text/css', PAGE_STYLE]],
  ['console.css', ['text/css', `${CONSOLE_STYLE}\n${CALLS_STYLE}`]],
  ['dom.js', ['text/javascript', DOM_SCRIPT]],
  ['messages.js', ['text/javascript', MESSAGES_SCRIPT]],
  ['faults.js', ['text/javascript', FAULTS_SCRIPT]],
  ['console.js', ['text/javascript', CONSOLE_SCRIPT]],
  ['inbox.js', ['text/javascript', INBOX_SCRIPT]],
] as const);
