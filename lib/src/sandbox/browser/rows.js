import { button, element, noticeBeside, post, renderRows, time } from './dom.js';

/** A renderer for each list of the event stream: the section with the list's name as id shows the rows. */
export function panels({ hasButtons }) {
  const sections = [...document.querySelectorAll('section')].filter(section => section.dataset.api);
  return Object.fromEntries(
    sections.map(section => {
      const actionsOf = row =>
        hasButtons ? buttonsOf(row, `/console/${section.dataset.api}/${row.id}/`) : [];
      return [
        section.id,
        rows => renderRows(section.querySelector('ul'), rows, row => item(row, actionsOf(row))),
      ];
    }),
  );
}

function item(row, actions) {
  const buttons = row.isCode && row.tone === 'yes' ? [copyButton(row), ...actions] : actions;
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'what' },
      titleOf(row),
      element('span', { class: 'muted' }, `${row.note}, `, time(row.at)),
    ),
    element('span', { class: `badge ${row.tone}` }, row.state),
    ...(buttons.length > 0 ? [element('div', { class: 'buttons' }, ...buttons)] : []),
  );
}

function titleOf({ title, href, isCode }) {
  if (isCode) return element('span', { class: 'otp' }, title);
  return element('strong', {}, href ? element('a', { href }, title) : title);
}

/** The first button stands out if the row waits for a person. */
function buttonsOf({ actions, subject, tone }, path) {
  return Object.entries(actions).map(([text, action], index) =>
    button(
      text,
      subject,
      ({ currentTarget }) => void post(currentTarget, path + action, `Done: ${text} ${subject}.`),
      index === 0 && tone === '' ? '' : 'quiet',
    ),
  );
}

/** A button that copies a title. */
export function copyButton({ title, subject }) {
  return button('Copy', subject, ({ currentTarget }) => void copy(currentTarget, title), 'quiet');
}

async function copy(pressed, code) {
  const notice = noticeBeside(pressed);
  try {
    await navigator.clipboard.writeText(code);
    notice.replaceChildren('Copied.');
  } catch {
    notice.replaceChildren('This browser does not let the page copy.');
  }
  pressed.focus();
}
