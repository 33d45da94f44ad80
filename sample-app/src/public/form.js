import { clearFieldErrors, showFieldErrors, showFieldRefusal } from './field-errors.js';
import { post } from './post.js';
import { hasProof } from './proof-choice.js';
import { clearRefusal, showRefusal } from './refusal.js';

/**
 * Sends a form as JSON without leaving the page, and shows refusals: beside the field that they concern, else in a box. `accepted` gets the answer and the fields.
 * `refused` gets the code of a refusal before the page shows it. `urlOf` returns the address, by default the form's.
 */
export function onSubmit(form, { accepted, refused = _code => {}, urlOf = () => form.action }) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return; // the form is already on its way
    clearFieldErrors(form);
    clearRefusal(form);
    form.ariaBusy = 'true';
    const fields = Object.fromEntries(new FormData(form));
    const answer = await post(urlOf(), fields);
    form.ariaBusy = 'false';
    if (answer.ok) {
      accepted(answer.body, fields);
      return;
    }
    if (answer.status === 400 && showFieldErrors(form, answer.body.message, hasProof(form))) return;
    refused(answer.code);
    if (!showFieldRefusal(form, answer)) showRefusal(form, answer);
  });
}
