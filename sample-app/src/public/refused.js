// Those who do not see the page hear first what it has to say.
document.getElementById('refusal').focus();
