import { onSubmit } from './form.js';
import { forgetProofs, letChooseProof } from './proof.choice.js';

const ITEM = 'item';
const order = document.forms.namedItem('order');
/** @type {HTMLInputElement} */
const byMitId = order.querySelector('#by-mitid');
let token = new URLSearchParams(location.search).get('token_age_verified');

// The login leads away from this page and back; what is in the basket stays.
/** @type {any} */ // a RadioNodeList
const items = order.elements.namedItem(ITEM);
items.value = sessionStorage.getItem(ITEM) ?? items.value;
order.addEventListener('change', () => sessionStorage.setItem(ITEM, items.value));

if (token) byMitId.checked = true;
showLogin();
letChooseProof(order);

onSubmit(order, {
  urlOf: () =>
    byMitId.checked && token
      ? `${order.action}?token_age_verified=${encodeURIComponent(token)}`
      : order.action,
  words: {
    verification_required: {
      title: 'Show that you are over 18 first',
      what: 'We sell these to adults only.',
      next: 'Do the check above, then place the order.',
    },
    verification_rejected: {
      title: 'We could not confirm that you are over 18',
      what: 'The proof says otherwise, it is too old, or it was used before.',
      next: 'If you are over 18, do the check again. Your basket is still here.',
    },
    verification_unavailable: {
      next: 'Place the order again in a moment. Your proof and your basket are still here.',
    },
  },
  refused: code => {
    if (code === 'verification_rejected') forget();
  },
  accepted: ({ ordered, adultBy }) => {
    forget();
    document.getElementById('ordered').textContent = ordered;
    document.getElementById('adult-by').textContent = adultBy === 'verifyid' ? 'MitID' : 'Checkify';
    document.getElementById('shop').hidden = true;
    document.getElementById('placed').hidden = false;
    document.getElementById('placed-title').focus();
  },
});

/** A proof is good for one order. */
function forget() {
  forgetProofs(order);
  if (!token) return;
  token = null;
  history.replaceState(null, '', location.pathname);
  showLogin();
}

function showLogin() {
  document.getElementById('login').hidden = Boolean(token);
  document.getElementById('logged-in').hidden = !token;
}
