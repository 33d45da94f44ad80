import { ask, makeButton, Widget } from './widget.js';

const SOLVING_MS = 600;

/**
 * A widget that solves on a click or on `solve()`, and fills a hidden field until the token is too old. `data-state` is
 * idle, solving, solved or error. A subclass has `tokens`, the address that issues tokens, and `fieldName`.
 */
export class SolvingWidget extends Widget {
  #attempt = 0;
  #expiry;

  /** The token, or an empty text. */
  token = '';

  get tokens() {
    return new URL('about:blank');
  }

  get fieldName() {
    return '';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#expiry);
  }

  reset() {
    this.#idle('Prove that you are human');
  }

  /** Solves the challenge. */
  async solve() {
    const attempt = (this.#attempt += 1);
    clearTimeout(this.#expiry);
    this.dataset.state = 'solving';
    this.show('busy', '', 'Solving…');
    try {
      const [{ token, expiresInMs }] = await Promise.all([
        ask(this.tokens),
        new Promise(resolve => setTimeout(resolve, SOLVING_MS)),
      ]);
      if (attempt !== this.#attempt) return;
      this.dataset.state = 'solved';
      this.show('yes', '✓', 'You are human');
      this.#fill(token);
      this.solved();
      this.#expiry = setTimeout(() => {
        this.#idle('Too old, please solve again');
        this.expired();
      }, expiresInMs);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.dataset.state = 'error';
      this.showError('That did not work', error, () => void this.solve());
      this.failed(error);
    }
  }

  /** Tells the page. */
  solved() {}

  /** Tells the page. */
  expired() {}

  /** Tells the page. */
  failed(error) {
    void error;
  }

  #idle(text) {
    this.#attempt += 1;
    clearTimeout(this.#expiry);
    this.dataset.state = 'idle';
    this.#fill('');
    const prove = makeButton('Prove it', () => void this.solve(), 'main');
    this.show('', '', text, prove);
  }

  #fill(token) {
    this.token = token;
    this.fill(this.fieldName, token);
  }
}

/** The address that issues tokens to the script at `script`, with these parameters. Missing values are left out. */
export function tokensOf(script, parameters) {
  const url = new URL('widget/tokens', script);
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
  return url;
}
