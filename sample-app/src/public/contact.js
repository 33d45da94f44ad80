import { onSubmit } from './form.js';
import { forgetProofs, letChooseProof } from './proof-choice.js';

const contact = document.forms.namedItem('contact');

letChooseProof(contact);
onSubmit(contact, {
  refused: code => {
    if (code === 'verification_rejected') forgetProofs(contact);
  },
  accepted: () => {
    document.getElementById('write').hidden = true;
    document.getElementById('sent').hidden = false;
    document.getElementById('sent-title').focus();
  },
});
