const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById('proof'));
const proofs = dialog?.querySelector('form');
/** @type {NodeListOf<HTMLInputElement>} */
const choices = document.querySelectorAll('[data-provider]');

/**
 * Asks the shopper for one of the demanded proofs, and uses one that the page has. After an outage the shopper may choose
 * another. Resolves to nothing if no proof is offered here, or the shopper cancels.
 */
export async function prove(demands, isAfterOutage) {
  const fields = Object.fromEntries(demands.flat().map(demand => [demand.provider, demand.fields]));
  const offered = [...choices].filter(({ dataset }) => fields[dataset.provider]);
  if (offered.length === 0) return undefined;
  for (const choice of choices) choice.parentElement.hidden = !offered.includes(choice);
  if (!offered.some(({ checked }) => checked)) offered[0].checked = true;
  showChosen();
  const evidence = () => {
    const chosen = offered.find(({ checked }) => checked);
    const filled = new FormData(proofs);
    const name = fields[chosen.dataset.provider].find(each => filled.get(each));
    return name && { [name]: filled.get(name) };
  };
  if (evidence() && !isAfterOutage) return evidence();
  document.getElementById('use-proof').hidden = !evidence();
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.onclose = () => resolve(dialog.returnValue ? evidence() : undefined);
    // The widgets fill hidden fields and say so by this event.
    proofs.onchange = () => {
      showChosen();
      if (evidence()) dialog.close('use');
    };
  });
}

/** Resets the widgets, because their proofs are used up or were refused. */
export function forgetProofs() {
  for (const widget of document.querySelectorAll('checkify-verification, human-proof'))
    /** @type {any} */ (widget).reset?.();
  // The scripts of captchas have a global object each.
  const { turnstile, hcaptcha, grecaptcha, frcaptcha } = /** @type {any} */ (globalThis);
  for (const api of [turnstile, hcaptcha, grecaptcha, ...(frcaptcha?.getAllWidgets() ?? [])]) api?.reset();
}

function showChosen() {
  for (const { dataset, checked } of choices)
    document.getElementById(`by-${dataset.provider}`).hidden = !checked;
}
