import { onSubmit, showInstead } from './form.js';

const [write, sent] = ['write', 'sent'].map(id => document.getElementById(id));

onSubmit(document.forms.namedItem('contact'), { accepted: () => showInstead(sent, write) });
