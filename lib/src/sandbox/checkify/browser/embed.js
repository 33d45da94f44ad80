import { ask, make, makeButton, Widget } from '/widget/widget.js';
import { qrCode } from './qr-code.js';

const POLL_MS = 1500;
const TEXTS = {
  approved: ['yes', '✓', 'Answered on the phone'],
  denied: ['trouble', '✕', 'Declined on the phone'],
  expired: ['trouble', '!', 'This code is too old'],
  used: ['trouble', '!', 'This code was used'],
};

/**
 * `<checkify-verification request-type="age_over_18">`, the stand-in for Checkify's embed: starts a session, shows its
 * code, waits for the phone and fills the hidden field.
 */
class CheckifyVerification extends Widget {
  static handedOver = false;
  #session;
  #poll;

  get requestType() {
    return this.getAttribute('request-type') ?? 'human';
  }

  get fieldName() {
    return this.getAttribute('field-name') ?? 'checkify_token';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#poll);
  }

  reset() {
    clearTimeout(this.#poll);
    this.#session = undefined;
    this.dataset.state = 'idle';
    this.fill(this.fieldName, '');
    const asked = new URLSearchParams(location.search).get('checkify_request_id');
    if (asked && !CheckifyVerification.handedOver) {
      CheckifyVerification.handedOver = true;
      this.#complete(asked, 'approved');
      return;
    }
    const start = makeButton('Verify with Checkify', () => void this.start(), 'main');
    this.show('', '', `Prove that you are ${proofOf(this.requestType)}`, start);
  }

  /** Starts a session and shows its code. */
  async start() {
    this.dataset.state = 'waiting';
    this.show('busy', '', 'Starting…');
    try {
      const asked = new URLSearchParams({ request_type: this.requestType, page: location.href });
      this.#update(await ask(sessions(`?${asked}`)));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #refresh(method, query = '') {
    clearTimeout(this.#poll);
    const asked = this.#session;
    try {
      const session = await ask(sessions(`/${asked.requestId}${query}`), method);
      if (asked.requestId === this.#session?.requestId) this.#update(session);
    } catch (error) {
      if (this.#session) this.#fail(error);
    }
  }

  #update(session) {
    const isNew = session.requestId !== this.#session?.requestId;
    this.#session = session;
    if (session.state !== 'pending') {
      this.#complete(session.requestId, session.state);
      return;
    }
    if (isNew) this.#showCode(session);
    this.#poll = setTimeout(() => void this.#refresh('GET'), POLL_MS);
  }

  #showCode({ requestId, qrUrl }) {
    const people = peopleFor(this.requestType).map(([person, text]) =>
      makeButton(text, () => void this.#refresh('POST', `?as=${person}`)),
    );
    const link = { href: qrUrl, target: '_blank', rel: 'noreferrer' };
    this.show(
      'busy',
      '',
      'Waiting for the phone',
      qrCode(requestId),
      make('p', { class: 'muted' }, 'In the sandbox no phone is needed. Approve as '),
      make('div', { class: 'choices', role: 'group', 'aria-label': 'Play the phone' }, ...people),
      make('p', { class: 'muted' }, make('a', link, 'Open it as the phone would')),
    );
  }

  #complete(requestId, state) {
    clearTimeout(this.#poll);
    this.dataset.state = state === 'approved' ? 'completed' : state;
    const again = makeButton('Start over', () => this.reset());
    this.show(...TEXTS[state], make('div', { class: 'choices' }, again));
    if (state === 'approved') this.fill(this.fieldName, requestId);
    this.tell(state === 'approved' ? 'checkify:completed' : 'checkify:failed', { requestId, state });
  }

  #fail(error) {
    this.dataset.state = 'error';
    this.showError('Checkify cannot be reached', error, () => void this.start());
    this.tell('checkify:failed', { state: 'error' });
  }
}

function sessions(path) {
  return new URL(`embed/sessions${path}`, import.meta.url);
}

function thresholdOf(requestType) {
  return requestType === 'human' ? 0 : Number(requestType.replace('age_over_', ''));
}

function proofOf(requestType) {
  const threshold = thresholdOf(requestType);
  return threshold === 0 ? 'human' : `over ${threshold}`;
}

/** The people who may hold the phone: the sandbox's word for each, and the text of its button. */
function peopleFor(requestType) {
  const threshold = thresholdOf(requestType);
  const ages = threshold === 0 ? [] : [Math.max(25, threshold), Math.min(17, threshold - 1)];
  return [
    ['human', 'a human'],
    ...ages.map(age => [age, `someone of ${age}`]),
    ['nobody', 'nobody: decline'],
  ];
}

customElements.define('checkify-verification', CheckifyVerification);
