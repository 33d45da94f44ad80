import { verifiedFetch } from '/assets/verified-fetch.js';
import { forgetProofs, prove } from './prove.js';
import { clearRefusal, showErrors, showRefusal } from './refusal.js';

/**
 * Sends a form, and `more` fields, as JSON without leaving the page. `accepted` gets the answer and the fields. A refusal is shown in the
 * form, and `refused` gets it before.
 */
export function onSubmit(form, { accepted, refused = _answer => {}, more = () => ({}) }) {
  let isAfterOutage = false;
  form.noValidate = true; // the page shows the errors
  form.addEventListener('submit', async event => {
    if (event.submitter?.hasAttribute('formaction')) return; // leads to a login
    event.preventDefault();
    if (form.ariaBusy === 'true') return; // the form is already on its way
    clearRefusal(form);
    const wrong = [...form.elements].filter(field => field.dataset.error && !field.validity.valid);
    if (showErrors(wrong, ({ dataset }) => dataset.error)) return;
    form.ariaBusy = 'true';
    const fields = { ...Object.fromEntries(new FormData(form)), ...more() };
    const answer = await post(form.action, fields, isAfterOutage);
    isAfterOutage = answer.code === 'verification_unavailable';
    form.ariaBusy = 'false';
    if (answer.ok || answer.code === 'verification_rejected') forgetProofs(); // each is good for one answer
    if (answer.ok) {
      accepted(answer.body, fields);
      return;
    }
    refused(answer);
    showRefusal(form, answer);
  });
}

/** Posts fields as JSON, and asks for the proof that the server demands. Without an answer, the status is 0. */
export async function post(url, fields, isAfterOutage = false) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  try {
    const init = { method: 'POST', headers, body: JSON.stringify(fields) };
    const options = { prove: demands => prove(demands, isAfterOutage), maxWaitMs: 0 }; // the page says how long to wait
    const response = await verifiedFetch(url, init, options);
    const body = await response.json();
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    // The last wrong code is refused as every wrong code, but has to wait.
    const isLimit = body.code === 'verification_rejected' && seconds > 0;
    const code = isLimit ? 'verification_limited' : body.code;
    return { ok: response.ok, status: response.status, code, seconds, body };
  } catch {
    return { ok: false, status: 0, code: 'no_answer', seconds: 0, body: {} };
  }
}

/** Shows texts at the places that have their names in `data-of`. */
export function fill(texts) {
  for (const [name, text] of Object.entries(texts))
    for (const place of document.querySelectorAll(`[data-of="${name}"]`)) place.textContent = text;
}

/** Shows one of two parts of the page, and moves the focus to its heading. */
export function showInstead(shown, hidden) {
  hidden.hidden = true;
  shown.hidden = false;
  shown.querySelector('h2').focus();
}
