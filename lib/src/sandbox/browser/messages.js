import { button, element, renderRows, time } from './dom.js';

const TONES = { valid: 'yes', used: '', expired: 'no' };

/** Shows messages, newest first; extra adds buttons of its own to a row. */
export function showMessages(container, messages, extra = undefined) {
  renderRows(container, messages, message => row(message, extra?.(message) ?? []));
}

function row(message, buttons) {
  const { to, channel, code, sentAt, state } = message;
  const copy = button('Copy', 'the code for ' + to, () => void copied(copy, code), 'quiet');
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'what' },
      element('span', { class: 'otp' }, code),
      element('span', { class: 'muted' }, channel + ' to ' + to + ', ', time(sentAt)),
    ),
    element('span', { class: 'badge ' + TONES[state] }, state),
    ...(state === 'valid' ? [element('div', { class: 'buttons' }, copy, ...buttons)] : []),
  );
}

async function copied(copy, code) {
  try {
    await navigator.clipboard.writeText(code);
    document.getElementById('notice').replaceChildren('Copied ' + code + '.');
  } catch {
    document.getElementById('notice').replaceChildren('This browser does not let the page copy.');
  }
  copy.focus();
}
