import { onSubmit } from './form.js';
import { post } from './post.js';
import { forgetProofs, letChooseProof } from './proof.choice.js';
import { clearRefusal, showRefusal } from './refusal.js';

const [account, phone, code] = ['account', 'phone', 'code'].map(name => document.forms.namedItem(name));
/** @type {NodeListOf<HTMLElement>} */
const steps = document.querySelectorAll('.steps li');
const TOO_MANY_CODES = {
  verification_limited: {
    title: 'We have just sent you a code',
    what: 'A phone gets one code at a time, and three in ten minutes, whoever asks for them.',
    next: 'Use the code that you have.',
  },
};

letChooseProof(account);
onSubmit(account, {
  words: {
    verification_required: {
      title: 'Show that you are human first',
      what: 'We only make accounts for humans.',
      next: 'Do the check above, then send again. What you typed is still here.',
    },
    verification_rejected: { title: 'We could not confirm that you are human' },
  },
  refused: code => {
    if (code === 'verification_rejected') forgetProofs(account);
  },
  accepted: ({ email }) => {
    for (const place of document.querySelectorAll('.your-email')) place.textContent = email;
    show('phone-step');
  },
});

onSubmit(phone, {
  words: {
    verification_rejected: {
      title: 'We cannot send a code to this number',
      what: 'It cannot be reached, or too many wrong codes came back from it.',
      next: 'Use another number.',
    },
    verification_unavailable: { next: 'Try again in a moment. What you typed is still here.' },
    ...TOO_MANY_CODES,
  },
  accepted: ({ challenge_id }, { phone: number }) => {
    valueField(code, 'challenge_id').value = challenge_id;
    for (const place of document.querySelectorAll('.your-phone')) place.textContent = number;
    show('code-step');
  },
});

onSubmit(code, {
  words: {
    verification_required: {
      title: 'The code is missing',
      what: 'We sent it to your phone.',
      next: 'Type it above, then confirm.',
    },
    verification_rejected: {
      title: 'That is not the code',
      what: 'It is mistyped, too old, or was used before.',
      next: 'Look at the newest message and type it again, or have another code sent.',
    },
    verification_unavailable: { next: 'Confirm again in a moment. Your code is still here.' },
  },
  accepted: () => show('done-step'),
});

document.getElementById('resend').addEventListener('click', async () => {
  clearRefusal(code);
  const notice = document.getElementById('resent');
  notice.textContent = '';
  const answer = await post(phone.action, { phone: valueField(phone, 'phone').value });
  if (!answer.ok) {
    showRefusal(code, answer, TOO_MANY_CODES);
    return;
  }
  valueField(code, 'challenge_id').value = answer.body.challenge_id;
  notice.textContent = 'Another code is on its way; only the newest one counts.';
});

document.getElementById('other-number').addEventListener('click', () => show('phone-step'));

/** Goes to a step, and takes the focus to its heading. */
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
