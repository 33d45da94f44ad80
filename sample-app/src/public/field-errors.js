/**
 * Shows the server's 400 beside the fields it names, and takes the focus to the first; `false` where it names none. Each
 * field has its words in `data-error`, and a place for them that its `aria-describedby` names.
 */
export function showFieldErrors(form, messages, proofIsGood) {
  const names = Array.isArray(messages) ? messages.map(message => String(message).split(' ')[0]) : [];
  const fields = [...form.querySelectorAll('[data-error]')].filter(({ name }) => names.includes(name));
  for (const field of fields) {
    const place = placeOf(field);
    const kept = proofIsGood ? ' Your proof is still good: correct this and send again.' : '';
    const small = document.createElement('span');
    small.className = 'small';
    small.textContent = '400 · Bad Request';
    place.replaceChildren(field.dataset.error + kept, small);
    place.hidden = false;
    field.setAttribute('aria-invalid', 'true');
  }
  fields[0]?.focus();
  return fields.length > 0;
}

/** Takes back what was said before. */
export function clearFieldErrors(form) {
  for (const field of form.querySelectorAll('[data-error]')) {
    field.removeAttribute('aria-invalid');
    placeOf(field).hidden = true;
  }
}

function placeOf(field) {
  return document.getElementById(`${field.id}-error`);
}
