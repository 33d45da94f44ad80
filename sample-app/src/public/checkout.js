import { onSubmit } from './form.js';
import { forgetProofs, letChooseProof } from './proof-choice.js';

const ITEM = 'item';
const order = document.forms.namedItem('order');
/** @type {HTMLInputElement} */
const byMitId = order.querySelector('#by-mitid');
let token = new URLSearchParams(location.search).get('token_age_verified');

// The login leaves this page and comes back. The basket must survive that.
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

/** Drops the proofs, because each is good for one order only. */
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
