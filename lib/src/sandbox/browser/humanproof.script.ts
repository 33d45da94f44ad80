import { WIDGET_BASE } from './widget.base.js';
import { WIDGET_STYLE } from './widget.style.js';

/** `<human-proof>`: the stand-in for HumanProof's widget; `data-state` is idle, solving, solved or error. */
const WIDGET: string = /* js */ `
const SOLVING_MS = 600;

/** Solves on a click or on solve(), and fills the hidden field until the token is too old. */
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

  /** Forgets the token, which is good for one action. */
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
        ask('widget/tokens'),
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
      const reason = make('p', { class: 'muted' }, error.message);
      this.show(
        'trouble',
        '!',
        'That did not work',
        reason,
        makeButton('Try again', () => void this.solve(), 'main'),
      );
      this.tell('humanproof:failed', { error: error.message });
    }
  }

  #idle(text) {
    this.#attempt += 1;
    clearTimeout(this.#expiry);
    this.dataset.state = 'idle';
    this.fill(this.fieldName, '');
    this.show(
      '',
      '',
      text,
      makeButton('Prove it', () => void this.solve(), 'main'),
    );
  }
}

customElements.define('human-proof', HumanProof);
`.trimStart();

export const HUMANPROOF_SCRIPT = `const STYLE = ${JSON.stringify(WIDGET_STYLE)};\n\n${WIDGET_BASE}\n${WIDGET}`;
