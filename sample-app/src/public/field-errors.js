/**
 * Shows the server's 400 beside the fields that it names, and moves the focus to the first. Returns `false` if it names
 * none. Each field has its text in `data-error`; its `aria-describedby` names the element that shows it.
 */
export function showFieldErrors(form, messages, proofIsGood) {
  const names = Array.isArray(messages) ? messages.map(message => String(message).split(' ')[0]) : [];
  const fields = [...form.querySelectorAll('[data-error]')].filter(({ name }) => names.includes(name));
  for (const field of fields) {
    const place = placeOf(field);
    const kept = proofIsGood ? ' Your proof is still good. Correct this field and send the form again.' : '';
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

/** Removes the errors from a form. */
export function clearFieldErrors(form) {
  for (const field of form.querySelectorAll('[data-error]')) {
    field.removeAttribute('aria-invalid');
    placeOf(field).hidden = true;
  }
}

function placeOf(field) {
  return document.getElementById(`${field.id}-error`);
}
