import { ask, makeButton, Widget } from '/widget/widget.js';

const SOLVING_MS = 600;

/**
 * `<human-proof>`, the stand-in for HumanProof's widget: solves on a click or on `solve()`, and fills the hidden field
 * until the token is too old. `data-sitekey` names the project, if it is not the first. `data-state` is idle, solving, solved or error.
 */
class HumanProof extends Widget {
  #attempt = 0;
  #expiry;

  get fieldName() {
    return this.dataset.hiddenFieldName ?? 'humanproof-token';
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
        ask(tokens(this.dataset.sitekey)),
        new Promise(resolve => setTimeout(resolve, SOLVING_MS)),
      ]);
      if (attempt !== this.#attempt) return;
      this.dataset.state = 'solved';
      this.show('yes', '✓', 'You are human');
      this.fill(this.fieldName, token);
      this.tell('humanproof:solved', {});
      this.#expiry = setTimeout(() => this.#idle('Too old, please solve again'), expiresInMs);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.dataset.state = 'error';
      this.showError('That did not work', error, () => void this.solve());
      this.tell('humanproof:failed', { error: error.message });
    }
  }

  #idle(text) {
    this.#attempt += 1;
    clearTimeout(this.#expiry);
    this.dataset.state = 'idle';
    this.fill(this.fieldName, '');
    const prove = makeButton('Prove it', () => void this.solve(), 'main');
    this.show('', '', text, prove);
  }
}

function tokens(siteKey) {
  const url = new URL('widget/tokens', import.meta.url);
  if (siteKey) url.searchParams.set('sitekey', siteKey);
  return url;
}

customElements.define('human-proof', HumanProof);
