import { fill, onSubmit, post } from './form.js';
import { clearRefusal, showRefusal, waitOf } from './refusal.js';

const RESEND_AFTER_SECONDS = 30;
const KEY = 'signup';
const NEWEST = 'newest-code';
const [account, phone, code] = ['account', 'phone', 'code'].map(name => document.forms.namedItem(name));
const resend = /** @type {HTMLButtonElement} */ (document.getElementById('resend'));
const [field, notice] = ['code', 'resent'].map(id => document.getElementById(id));
/** @type {NodeListOf<HTMLElement>} */
const steps = document.querySelectorAll('.steps li');

// The steps are parts of one page with an address each, so that Back and a reload keep them.
const state = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
if (!location.hash && state.isVerified) keep({ email: '', isVerified: false, challenge_id: '' });
show();
addEventListener('hashchange', event => {
  const { hash } = new URL(event.oldURL);
  if (location.hash === '#main') return history.replaceState(null, '', hash || location.pathname); // it is no step
  show();
  document.getElementById(stepOf().replace('step', 'title')).focus();
});
setInterval(countDown, 1000);

onSubmit(account, { accepted: ({ email }) => keep({ email }, 'phone-step') });
onSubmit(phone, { accepted: (sent, typed) => keep({ ...typed, ...sentNow(sent) }, 'code-step') });
onSubmit(code, {
  more: () => ({ challenge_id: newestChallenge(), phone: state.phone, country: state.country }),
  accepted: ({ phone: verified }) => keep({ to: verified, isVerified: true }, 'done-step'),
  refused: ({ code: said, seconds }) => {
    if (said === 'verification_limited') keep({ isSpent: true, resendAt: Date.now() + seconds * 1000 });
  },
});

resend.addEventListener('click', async () => {
  keep({ resendAt: Date.now() + RESEND_AFTER_SECONDS * 1000 }); // also for a second click
  clearRefusal(code);
  notice.textContent = '';
  const answer = await post(phone.action, { phone: state.phone, country: state.country });
  if (!answer.ok) {
    keep({ resendAt: Date.now() + answer.seconds * 1000 });
    showRefusal(code, answer, phone);
    return;
  }
  keep(sentNow(answer.body));
  notice.textContent = 'We sent a new code. Only the newest code works.';
  field.focus();
});

function sentNow({ challenge_id, phone: to }) {
  localStorage.setItem(NEWEST, JSON.stringify({ challenge_id, to }));
  return { challenge_id, to, isSpent: false, resendAt: Date.now() + RESEND_AFTER_SECONDS * 1000 };
}

/** The newest code to this phone counts, also if another tab asked for it. */
function newestChallenge() {
  const { challenge_id, to } = JSON.parse(localStorage.getItem(NEWEST) ?? '{}');
  return to === state.to ? challenge_id : state.challenge_id;
}

function keep(changes, step = '') {
  sessionStorage.setItem(KEY, JSON.stringify(Object.assign(state, changes)));
  if (step) location.hash = step;
  show();
}

/** The step of the address, or the first one if the step was not reached. */
function stepOf() {
  if (state.isVerified) return 'done-step';
  const wanted = location.hash.slice(1);
  const isReached = { 'phone-step': state.email, 'code-step': state.challenge_id }[wanted];
  return isReached ? wanted : 'account-step';
}

function show() {
  for (const step of steps) {
    const isCurrent = step.dataset.step === stepOf();
    document.getElementById(step.dataset.step).hidden = !isCurrent;
    step.ariaCurrent = isCurrent ? 'step' : 'false';
  }
  fill({ email: state.email, to: state.to });
  code.classList.toggle('spent', Boolean(state.isSpent));
  countDown();
}

function countDown() {
  const seconds = Math.ceil(((state.resendAt ?? 0) - Date.now()) / 1000);
  resend.disabled = seconds > 0;
  resend.textContent = seconds > 0 ? `New code in ${waitOf(seconds)}` : 'Send a new code';
}
