import { templateOf } from './refusal.js';

/**
 * Shows the server's 400 beside the fields that it names, and moves the focus to the first. Returns `false` if it names
 * none. Each field has its text in `data-error`; the element `<id>-error` shows it.
 */
export function showFieldErrors(form, messages, proofIsGood) {
  const names = Array.isArray(messages) ? messages.map(message => String(message).split(' ')[0]) : [];
  const fields = [...form.querySelectorAll('[data-error]')].filter(({ name }) => names.includes(name));
  const kept = proofIsGood ? ' Your proof is still good. Correct this field and send the form again.' : '';
  for (const field of fields) show(field, field.dataset.error + kept, '400 · Bad Request');
  fields[0]?.focus();
  return fields.length > 0;
}

/** Shows a refusal beside the field that has its code in `data-refused`. Returns `false` if there is none. */
export function showFieldRefusal(form, { code, status }) {
  const field = form.querySelector(`[data-refused="${code}"]`);
  if (!field) return false;
  const [title, ...words] = [...templateOf(form, code).content.querySelectorAll('p:not(.eyebrow)')].map(
    ({ textContent }) => textContent,
  );
  show(field, [`${title}.`, ...words].join(' '), `${code} · ${status}`);
  field.focus();
  return true;
}

/** Removes the errors from a form. */
export function clearFieldErrors(form) {
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    placeOf(field).hidden = true;
  }
}

function show(field, text, status) {
  const place = placeOf(field);
  const small = document.createElement('span');
  small.className = 'small';
  small.textContent = status;
  place.replaceChildren(text, small);
  place.hidden = false;
  field.setAttribute('aria-invalid', 'true');
}

function placeOf(field) {
  return document.getElementById(`${field.id}-error`);
}
