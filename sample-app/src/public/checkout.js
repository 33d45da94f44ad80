import { fill, onSubmit, showInstead } from './form.js';

const LOGIN = 'mitid-login';
const order = document.forms.namedItem('order');
const [shop, placed, back] = ['shop', 'placed', 'back'].map(id => document.getElementById(id));

// The address has the token of the login. It leaves the history, and a reload keeps it.
if (location.search.includes('token_age_verified')) sessionStorage.setItem(LOGIN, location.search);
history.replaceState(null, '', location.pathname);
useLogin();

onSubmit(order, {
  refused: ({ status }) => status === 403 && forget(),
  accepted: answer => {
    forget();
    fill(answer);
    showInstead(placed, shop);
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
