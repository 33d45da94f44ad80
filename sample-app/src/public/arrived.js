// The address may have the token of a login. It leaves the history.
history.replaceState(null, '', location.pathname);
// Screen readers begin with the element that has the focus.
document.getElementById('refusal')?.focus();
