const WIDGETS = 'checkify-verification, human-proof';

/** Shows the chosen proof, by default the first, and sends only that one. The hidden fields of the others are disabled. */
export function letChooseProof(form) {
  const choices = [...form.querySelectorAll('input[data-proof]')];
  const update = () => {
    for (const { dataset, checked } of choices) {
      const panel = document.getElementById(dataset.proof);
      panel.hidden = !checked;
      for (const field of hiddenFieldsOf(panel)) field.disabled = !checked;
    }
  };
  if (!choices.some(({ checked }) => checked)) choices[0].checked = true;
  for (const choice of choices) choice.addEventListener('change', update);
  update();
}

/** Whether the form has a proof to send. */
export function hasProof(form) {
  return [...hiddenFieldsOf(form)].some(({ disabled, value }) => !disabled && value);
}

/** Resets the widgets, because their proofs are used up or were refused. */
export function forgetProofs(form) {
  for (const widget of form.querySelectorAll(WIDGETS)) widget.reset?.();
  // The scripts of captchas have a global object each.
  const { turnstile, hcaptcha, grecaptcha, frcaptcha } = /** @type {any} */ (globalThis);
  for (const api of [turnstile, hcaptcha, grecaptcha, ...(frcaptcha?.getAllWidgets() ?? [])]) api?.reset();
}

/** @returns {NodeListOf<HTMLInputElement>} */
function hiddenFieldsOf(parent) {
  return parent.querySelectorAll('input[type=hidden]');
}
