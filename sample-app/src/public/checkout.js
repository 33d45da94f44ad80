import { onSubmit } from './form.js';

const LOGIN = 'mitid-login';
const order = document.forms.namedItem('order');
const back = document.getElementById('back');

// The address has the token of the login. It leaves the history, and a reload keeps it.
if (location.search.includes('token_age_verified')) sessionStorage.setItem(LOGIN, location.search);
history.replaceState(null, '', location.pathname);
useLogin();

onSubmit(order, {
  refused: ({ status }) => status === 403 && forget(),
  accepted: () => {
    forget();
    location.assign('/checkout/placed'); // a page of its own, so that a reload keeps the order number
  },
});

function useLogin() {
  const login = sessionStorage.getItem(LOGIN);
  order.action = `/checkout${login ?? ''}`;
  back.hidden = login === null;
}

/** Drops the login, because it is good for one order only. */
function forget() {
  sessionStorage.removeItem(LOGIN);
  useLogin();
}
