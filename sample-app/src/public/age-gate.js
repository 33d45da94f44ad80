// The login came back with a token in the URL, which was used; it has no business in the history.
history.replaceState(null, '', location.pathname);

const leave = document.forms.namedItem('leave');
leave.addEventListener('submit', async event => {
  event.preventDefault();
  await fetch(leave.action, { method: 'POST' });
  location.assign('/age-gate');
});
