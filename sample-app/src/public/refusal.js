/**
 * Shows a refusal in its form and moves the focus there. The words are templates of a form: of the form itself unless
 * `wordsOf` is another one.
 */
export function showRefusal(form, { status, code, seconds }, wordsOf = form) {
  const template = templateOf(wordsOf, code) ?? templateOf(wordsOf, 'unknown');
  const box = form.querySelector('.refusal');
  const small = document.createElement('p');
  small.className = 'small';
  small.textContent = `${code ?? 'error'} · ${status || 'no status'}`;
  box.className = `refusal ${template.dataset.tone}`;
  box.replaceChildren(template.content.cloneNode(true), small);
  if (seconds > 0) box.querySelector('.next').append(` You can try again in ${waitOf(seconds)}.`);
  box.hidden = false;
  box.focus();
}

/** Removes a refusal from its form. */
export function clearRefusal(form) {
  const box = form.querySelector('.refusal');
  box.hidden = true;
  box.replaceChildren();
}

/**
 * The words for a code in a form.
 * @returns {HTMLTemplateElement | undefined}
 */
export function templateOf(form, code) {
  return [...form.querySelectorAll('template')].find(({ dataset }) => dataset.code === code);
}

function waitOf(seconds) {
  if (seconds === 1) return 'a second';
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
