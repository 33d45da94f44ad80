import { onSubmit } from './form.js';
import { forgetProofs, letChooseProof } from './proof-choice.js';

const ITEM = 'item';
const order = document.forms.namedItem('order');
/** @type {HTMLInputElement} */
const byMitId = order.querySelector('#by-mitid');
// MitID's token, and the login that it comes from.
let proof = location.search.includes('token_age_verified') ? location.search : '';

// The login leaves this page and comes back. The basket must survive that.
/** @type {any} */ // a RadioNodeList
const items = order.elements.namedItem(ITEM);
items.value = sessionStorage.getItem(ITEM) ?? items.value;
order.addEventListener('change', () => sessionStorage.setItem(ITEM, items.value));

if (proof) byMitId.checked = true;
showLogin();
letChooseProof(order);

onSubmit(order, {
  urlOf: () => (byMitId.checked ? order.action + proof : order.action),
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
  if (!proof) return;
  proof = '';
  history.replaceState(null, '', location.pathname);
  showLogin();
}

function showLogin() {
  document.getElementById('login').hidden = Boolean(proof);
  document.getElementById('logged-in').hidden = !proof;
}
