// The login came back with a token in the URL, which was used; it has no business in the history.
history.replaceState(null, '', location.pathname);

document.forms.leave.addEventListener('submit', async event => {
  event.preventDefault();
  await fetch(event.target.action, { method: 'POST' });
  location.assign('/age-gate');
});
