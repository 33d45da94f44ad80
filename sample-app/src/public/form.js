import { clearFieldErrors, showFieldErrors } from './field-errors.js';
import { post } from './post.js';
import { hasProof } from './proof-choice.js';
import { clearRefusal, showRefusal } from './refusal.js';

/**
 * Sends a form as JSON instead of leaving the page, and shows what is refused. `accepted` gets the answer and the fields;
 * `refused` hears the code before it is shown; `urlOf` chooses another address than the form's.
 */
export function onSubmit(form, { accepted, refused = _code => {}, urlOf = () => form.action }) {
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return; // one click too many
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
    showRefusal(form, answer);
  });
}
