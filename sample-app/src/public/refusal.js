// The server looks at the form before it uses a proof.
const KEPT = ' Your proof is still good. Correct this field and send the form again.';

/**
 * Shows a refusal beside the fields that it names, else in the box of the form. The words come from the templates of
 * `wordsOf`. The focus moves there.
 */
export function showRefusal(form, { status, code, seconds, body }, wordsOf = form) {
  const detail = [`${body.code ?? code ?? body.error ?? 'error'} · ${status || 'no status'}`];
  const named = Array.isArray(body.message) ? body.message.map(each => String(each).split(' ')[0]) : [];
  const mistyped = [...form.querySelectorAll('[data-error]')].filter(({ name }) => named.includes(name));
  if (showErrors(mistyped, ({ dataset }) => dataset.error + KEPT, detail)) return;
  const template = templateOf(wordsOf, code) ?? templateOf(wordsOf, 'unknown');
  const words = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const next = words.querySelector('.next');
  if (seconds > 0) next.textContent = next.textContent.replace('in a moment', `in ${waitOf(seconds)}`);
  const field = form.querySelector(`[data-refused="${code}"]`);
  if (field) {
    const [title, ...rest] = [...words.querySelectorAll('p:not(.eyebrow)')].map(each => each.textContent);
    showErrors([field], () => [`${title}.`, ...rest].join(' '), detail);
    return;
  }
  const box = form.querySelector('.refusal');
  box.className = `refusal ${template.dataset.tone}`;
  box.replaceChildren(words, ...detail.map(detailsOf));
  box.hidden = false;
  box.focus();
}

/** Shows a text at each field, and moves the focus to the first. Returns whether there are any fields. */
export function showErrors(fields, textOf, detail = []) {
  for (const field of fields) {
    const place = document.getElementById(`${field.id}-error`);
    place.replaceChildren(textOf(field), ...detail.map(detailsOf));
    place.hidden = false;
    field.setAttribute('aria-invalid', 'true');
  }
  fields[0]?.focus();
  return fields.length > 0;
}

/** Removes what the functions above show. */
export function clearRefusal(form) {
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
  for (const place of form.querySelectorAll('.error, .refusal')) place.hidden = true;
}

/** A time in words. */
export function waitOf(seconds) {
  if (seconds <= 1) return 'a second';
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** @returns {HTMLTemplateElement | undefined} */
function templateOf(form, code) {
  return [...form.querySelectorAll('template')].find(({ dataset }) => dataset.code === code);
}

function detailsOf(text) {
  const [details, summary] = ['details', 'summary'].map(tag => document.createElement(tag));
  summary.textContent = 'For developers';
  details.className = 'small';
  details.append(summary, text);
  return details;
}
