/** A widget of the sandbox: a shadow root, a hidden field in the form around, and one line that tells the state. */
export class Widget extends HTMLElement {
  #panel = make('div', { class: 'panel' });
  #form;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [STYLE];
    root.append(this.#panel);
  }

  /** Writes the value into the form's field of this name. The field is made if the form has none. */
  fill(name, value) {
    const scope = this.closest('form') ?? this;
    /** @type {HTMLInputElement} */
    let field = scope.querySelector(`input[name="${CSS.escape(name)}"]`);
    if (!field) {
      field = make('input', { type: 'hidden', name });
      scope.append(field);
    }
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Shows a state. A focus inside the widget stays inside. */
  show(tone, mark, text, ...content) {
    const hadFocus = this.shadowRoot.activeElement !== null;
    const sign = make('span', { class: 'mark', 'aria-hidden': 'true' }, mark);
    const spoken = make(
      'div',
      { role: 'status', tabindex: '-1' },
      make('p', { class: 'status' }, sign, text),
    );
    this.#panel.className = `panel ${tone}`;
    this.#panel.replaceChildren(spoken, ...content);
    if (hadFocus) spoken.focus();
  }

  /** Shows an error, and a button that tries again. */
  showError(text, error, retry) {
    const reason = make('p', { class: 'muted' }, error.message);
    this.show('trouble', '!', text, reason, makeButton('Try again', retry, 'main'));
  }

  /** Tells the page, by an event that leaves the shadow root. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  connectedCallback() {
    this.#form = this.closest('form');
    this.#form?.addEventListener('reset', this);
    this.reset();
  }

  disconnectedCallback() {
    this.#form?.removeEventListener('reset', this);
  }

  handleEvent() {
    this.reset();
  }

  /** Forgets the value: it is good for one action. */
  reset() {}
}

/** An element with attributes and children. Text stays text. */
export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function makeButton(text, press, style = '') {
  const button = make('button', { type: 'button', class: style }, text);
  button.addEventListener('click', press);
  return button;
}

/** Asks the sandbox. A refusal is an error with the code that the sandbox gave. */
export async function ask(url, method = 'POST') {
  const response = await fetch(url, { method }).catch(() => {
    throw new Error('The sandbox does not answer. Is it still running?');
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.code ?? answer.error ?? `status ${response.status}`);
  return answer;
}

const STYLE = new CSSStyleSheet();

async function loadStyle() {
  const response = await fetch(new URL('widget.css', import.meta.url));
  STYLE.replaceSync(await response.text());
}

// A widget without its style works all the same.
loadStyle().catch(() => undefined);
