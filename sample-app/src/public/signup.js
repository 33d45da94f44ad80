import { clearFieldErrors } from './field-errors.js';
import { onSubmit } from './form.js';
import { post } from './post.js';
import { forgetProofs, letChooseProof } from './proof-choice.js';
import { clearRefusal, showRefusal } from './refusal.js';

const [account, phone, code] = ['account', 'phone', 'code'].map(name => document.forms.namedItem(name));
/** @type {NodeListOf<HTMLElement>} */
const steps = document.querySelectorAll('.steps li');

letChooseProof(account);
onSubmit(account, {
  refused: code => {
    if (code === 'verification_rejected') forgetProofs(account);
  },
  accepted: ({ email }) => {
    for (const place of document.querySelectorAll('.your-email')) place.textContent = email;
    show('phone-step');
  },
});

onSubmit(phone, {
  accepted: ({ challenge_id }, { phone: number }) => {
    valueField(code, 'challenge_id').value = challenge_id;
    valueField(code, 'phone').value = number;
    showPhone(number);
    show('code-step');
  },
});

onSubmit(code, {
  accepted: ({ phone: verified }) => {
    showPhone(verified);
    show('done-step');
  },
});

document.getElementById('resend').addEventListener('click', async () => {
  clearFieldErrors(code);
  clearRefusal(code);
  const notice = document.getElementById('resent');
  notice.textContent = '';
  const answer = await post(phone.action, { phone: valueField(phone, 'phone').value });
  if (!answer.ok) {
    showRefusal(code, answer, phone);
    return;
  }
  valueField(code, 'challenge_id').value = answer.body.challenge_id;
  notice.textContent = 'We sent another code. Only the newest code works.';
});

document.getElementById('other-number').addEventListener('click', () => show('phone-step'));

function showPhone(number) {
  for (const place of document.querySelectorAll('.your-phone')) place.textContent = number;
}

/** Shows a step and moves the focus to its heading. */
function show(id) {
  for (const step of steps) {
    const isCurrent = step.dataset.step === id;
    document.getElementById(step.dataset.step).hidden = !isCurrent;
    if (isCurrent) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  }
  document.getElementById(id.replace('step', 'title')).focus();
}

/** @returns {HTMLInputElement} */
function valueField(form, name) {
  return form.elements.namedItem(name);
}
