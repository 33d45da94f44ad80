// Screen readers begin with the element that has the focus.
document.getElementById('refusal').focus();
