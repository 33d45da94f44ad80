import { WIDGET_BASE } from './widget.base.js';
import { WIDGET_STYLE } from './widget.style.js';

/** `<checkify-verification request-type="age_over_18">`: the stand-in for Checkify's embed. */
const EMBED: string = /* js */ `
const POLL_MS = 1500;
const TEXTS = {
  approved: ['yes', '✓', 'Answered on the phone'],
  denied: ['trouble', '✕', 'Refused on the phone'],
  expired: ['trouble', '!', 'This code is too old'],
  used: ['trouble', '!', 'This code was used'],
};

/** Starts a session, shows its code, waits for the phone, and fills the hidden field. */
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

  /** Forgets the session and its proof; a proof is good for one action. */
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
    this.show(
      '',
      '',
      'Prove that you are ' + proofOf(this.requestType),
      makeButton('Verify with Checkify', () => void this.start(), 'main'),
    );
  }

  /** Starts a session and shows its code. */
  async start() {
    this.dataset.state = 'waiting';
    this.show('busy', '', 'Starting…');
    try {
      this.#update(await ask('embed/sessions?request_type=' + encodeURIComponent(this.requestType)));
    } catch (error) {
      this.#fail(error);
    }
  }

  async #answer(person) {
    await this.#refresh('POST', '?as=' + person);
  }

  async #refresh(method, query = '') {
    clearTimeout(this.#poll);
    const asked = this.#session;
    try {
      const session = await ask('embed/sessions/' + asked.requestId + query, method);
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
      makeButton(text, () => void this.#answer(person)),
    );
    const phone = make(
      'a',
      { href: qrUrl, target: '_blank', rel: 'noreferrer' },
      'Open it as the phone would',
    );
    this.show(
      'busy',
      '',
      'Waiting for the phone',
      code(requestId),
      make('p', { class: 'muted' }, 'In the sandbox no phone is needed. Approve as '),
      make('div', { class: 'choices', role: 'group', 'aria-label': 'Play the phone' }, ...people),
      make('p', { class: 'muted' }, phone),
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
    const reason = make('p', { class: 'muted' }, error.message);
    this.show(
      'trouble',
      '!',
      'Checkify cannot be reached',
      reason,
      makeButton('Try again', () => void this.start(), 'main'),
    );
    this.tell('checkify:failed', { state: 'error' });
  }
}

function thresholdOf(requestType) {
  return requestType === 'human' ? 0 : Number(requestType.replace('age_over_', ''));
}

function proofOf(requestType) {
  const threshold = thresholdOf(requestType);
  return threshold === 0 ? 'human' : 'over ' + threshold;
}

/** Who may hold the phone, as the sandbox calls them and as the buttons do. */
function peopleFor(requestType) {
  const threshold = thresholdOf(requestType);
  const ages = threshold === 0 ? [] : [Math.max(25, threshold), Math.min(17, threshold - 1)];
  return [['human', 'a human'], ...ages.map(age => [age, 'someone of ' + age]), ['nobody', 'nobody: refuse']];
}

/** What looks like a QR code: the same for the same text, and not to be scanned. */
function code(text) {
  const size = 29;
  let seed = [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32;
  const corners = [
    [0, 0],
    [size - 7, 0],
    [0, size - 7],
  ];
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const corner = corners.find(
        ([left, top]) => x >= left - 1 && x <= left + 7 && y >= top - 1 && y <= top + 7,
      );
      const isDark = corner ? isFinder(x - corner[0], y - corner[1]) : random() < 0.48;
      if (isDark) path += 'M' + (x + 2) + ' ' + (y + 2) + 'h1v1h-1z';
    }
  }
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const attributes = {
    viewBox: '0 0 33 33',
    class: 'qr',
    role: 'img',
    'aria-label': 'QR code for the phone',
    'shape-rendering': 'crispEdges',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const modules = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  modules.setAttribute('d', path);
  svg.append(modules);
  return svg;
}

/** Whether a module of a corner's square is dark; around it is a light edge. */
function isFinder(x, y) {
  const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
  return ring === 3 || ring <= 1;
}

customElements.define('checkify-verification', CheckifyVerification);
`.trimStart();

export const CHECKIFY_SCRIPT = `const STYLE = ${JSON.stringify(WIDGET_STYLE)};\n\n${WIDGET_BASE}\n${EMBED}`;
