// The URL has the token of the login. The token is used up, so it leaves the history.
history.replaceState(null, '', location.pathname);

const leave = document.forms.namedItem('leave');
leave.addEventListener('submit', async event => {
  event.preventDefault();
  await fetch(leave.action, { method: 'POST' });
  location.assign('/age-gate');
});
