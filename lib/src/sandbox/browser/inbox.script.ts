/** The inbox page. */
export const INBOX_SCRIPT: string = /* js */ `
import { listen } from './dom.js';
import { showMessages } from './messages.js';

const list = document.getElementById('message-list');

listen('/inbox/events', { messages: messages => showMessages(list, messages) });
`.trimStart();
