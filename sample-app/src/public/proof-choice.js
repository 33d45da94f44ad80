const WIDGETS = 'checkify-verification, human-proof';

/** Shows the chosen proof and sends that one alone; the hidden fields of the others are switched off. */
export function letChooseProof(form) {
  const choices = [...form.querySelectorAll('input[data-proof]')];
  const update = () => {
    for (const { dataset, checked } of choices) {
      const panel = document.getElementById(dataset.proof);
      panel.hidden = !checked;
      for (const field of hiddenFieldsOf(panel)) field.disabled = !checked;
    }
  };
  for (const choice of choices) choice.addEventListener('change', update);
  update();
}

/** Whether a proof would go along with the form. */
export function hasProof(form) {
  return [...hiddenFieldsOf(form)].some(({ disabled, value }) => !disabled && value);
}

/** Starts the widgets over: what they hold was used, or is good for nothing. */
export function forgetProofs(form) {
  for (const widget of form.querySelectorAll(WIDGETS)) widget.reset?.();
}

/** @returns {NodeListOf<HTMLInputElement>} */
function hiddenFieldsOf(parent) {
  return parent.querySelectorAll('input[type=hidden]');
}
