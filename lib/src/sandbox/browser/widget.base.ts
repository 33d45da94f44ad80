/** What both widgets are made of: a shadow root, a hidden field in the form around, and one line that tells the state. */
export const WIDGET_BASE: string = /* js */ `
/** A widget that ends with a value in a hidden field of the form around it. */
class Widget extends HTMLElement {
  #panel = make('div', { class: 'panel' });

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#panel);
  }

  /** Writes the value into the form's field of this name, which is made where there is none. */
  fill(name, value) {
    const scope = this.closest('form') ?? this;
    /** @type {HTMLInputElement} */
    let field = scope.querySelector('input[name="' + CSS.escape(name) + '"]');
    if (!field) {
      field = make('input', { type: 'hidden', name });
      scope.append(field);
    }
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Shows a state; where the focus was in here, it stays in here. */
  show(tone, mark, text, ...content) {
    const hadFocus = this.shadowRoot.activeElement !== null;
    const status = make(
      'p',
      { class: 'status' },
      make('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
      text,
    );
    const spoken = make('div', { role: 'status', tabindex: '-1' }, status);
    this.#panel.className = 'panel ' + tone;
    this.#panel.replaceChildren(spoken, ...content);
    if (hadFocus) spoken.focus();
  }

  /** Tells the page, as an event that leaves the shadow. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  connectedCallback() {
    this.form = this.closest('form');
    this.form?.addEventListener('reset', this);
    this.reset();
  }

  disconnectedCallback() {
    this.form?.removeEventListener('reset', this);
  }

  handleEvent() {
    this.reset();
  }

  reset() {}
}

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function makeButton(text, press, style = '') {
  const button = make('button', { type: 'button', class: style }, text);
  button.addEventListener('click', press);
  return button;
}

/** Asks the sandbox; an answer that is no success is an error with the code it gave. */
async function ask(path, method = 'POST') {
  const response = await fetch(new URL(path, import.meta.url), { method });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.code ?? answer.error ?? 'status ' + response.status);
  return answer;
}
`.trimStart();
