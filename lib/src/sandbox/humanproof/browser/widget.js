import { SolvingWidget, tokensOf } from '/widget/solving.js';

/**
 * `<human-proof>`, the stand-in for HumanProof's widget. `data-sitekey` names the project, if it is not the first;
 * `data-hidden-field-name` names the field.
 */
class HumanProof extends SolvingWidget {
  get tokens() {
    return tokensOf(import.meta.url, { sitekey: this.dataset.sitekey });
  }

  get fieldName() {
    return this.dataset.hiddenFieldName ?? 'humanproof-token';
  }

  solved() {
    this.tell('humanproof:solved', {});
  }

  failed(error) {
    this.tell('humanproof:failed', { error: error.message });
  }
}

customElements.define('human-proof', HumanProof);
