/** An element with attributes and children. Text stays text. */
export function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** A button whose label names its subject, for people who do not see the row around it. */
export function button(text, subject, press, style = '') {
  const node = element('button', { type: 'button', class: style, 'aria-label': `${text} ${subject}` }, text);
  node.addEventListener('click', press);
  return node;
}

/** A time of day, in milliseconds since the epoch. */
export function time(at) {
  const date = new Date(at);
  const shown = date.toLocaleTimeString(undefined, { hour12: false });
  return element('time', { datetime: date.toISOString() }, shown);
}

const shown = new WeakMap();

/**
 * Shows these items. The row of an unchanged item is kept: screen readers do not read it again, and it keeps the focus.
 * If the focused row goes, its panel takes the focus.
 */
export function renderRows(container, items, make) {
  const rows = new Map([...container.children].map(row => [row.dataset.id, row]));
  const hadFocus = container.contains(document.activeElement);
  let next = container.firstElementChild;
  for (const item of items) {
    const id = String(item.id);
    const version = JSON.stringify(item);
    const present = rows.get(id);
    rows.delete(id);
    if (present && shown.get(present) === version) {
      if (present === next) next = next.nextElementSibling;
      else container.insertBefore(present, next);
      continue;
    }
    const row = make(item);
    row.dataset.id = id;
    shown.set(row, version);
    if (present === next && next) next = next.nextElementSibling;
    if (present) present.replaceWith(row);
    container.insertBefore(row, next);
  }
  for (const row of rows.values()) row.remove();
  if (hadFocus && !container.contains(document.activeElement)) container.closest('[tabindex]').focus();
  const empty = container.closest('.panel, .fault').querySelector('.empty');
  if (empty) empty.hidden = items.length > 0;
}

/** Shows the lists of an event stream, and whether the stream is alive. */
export function listen(url, lists) {
  const live = document.getElementById('live');
  const show = isOpen => {
    live.textContent = isOpen ? 'Live' : 'Reconnecting…';
    live.classList.toggle('on', isOpen);
  };
  const stream = new EventSource(url);
  stream.addEventListener('open', () => show(true));
  stream.addEventListener('error', () => show(false));
  for (const [name, render] of Object.entries(lists)) {
    stream.addEventListener(name, event => render(JSON.parse(event.data)));
  }
}

/** The place for a message beside what was pressed. The messages before it are over. */
export function noticeBeside(pressed) {
  for (const notice of document.querySelectorAll('.notice')) notice.replaceChildren();
  return pressed.closest('.panel, .fault, .lines').querySelector('.notice');
}

/** Posts to the console and shows the result beside what was pressed, with a link where the browser would go next. */
export async function post(pressed, path, done, body) {
  const notice = noticeBeside(pressed);
  try {
    const response = await fetch(path, { method: 'POST', body: body && JSON.stringify(body) });
    const answer = await response.json();
    notice.replaceChildren(response.ok ? done : answer.message || 'That is not possible any more.');
    if (!answer.location) return;
    const back = element('a', { href: answer.location }, 'Return to the application');
    notice.append(' ', back, ', as the browser would.');
  } catch {
    notice.replaceChildren('The sandbox does not answer. Is it still running?');
  }
}
