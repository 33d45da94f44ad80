import { listen } from './dom.js';
import { showMessages } from './messages.js';

const list = document.querySelector('#messages ul');

listen('/inbox/events', { messages: messages => showMessages(list, messages) });
