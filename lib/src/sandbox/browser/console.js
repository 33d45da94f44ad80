import { element, listen, renderRows, time } from './dom.js';
import { showFaults } from './faults.js';
import { copyButton, panels } from './rows.js';

const filter = document.querySelector('select');
const titles = new Map([...filter.options].map(({ value, text }) => [value, text]));
const opened = new Set();
let calls = [];

listen('/console/events', {
  ...panels({ hasButtons: true }),
  calls: received => {
    calls = received;
    showCalls();
  },
  faults: showFaults,
});

filter.addEventListener('change', showCalls);
for (const text of [...document.getElementsByTagName('pre')]) {
  text.after(copyButton({ title: text.textContent, subject: text.title }));
}

function showCalls() {
  const chosen = calls.filter(({ provider }) => filter.value === '' || provider === filter.value);
  renderRows(document.getElementById('call-list'), chosen, call);
}

function call({ id, at, provider, method, path, credential, outcome, durationMs, fault }) {
  const { text, tone } = outcome ?? { text: 'waiting', tone: '' };
  const endpoint = part('endpoint', part('code', `${method} `, ...breakable(path)));
  if (credential) endpoint.append(part('sub code', credential));
  const result = part('outcome', element('span', { class: `badge ${tone}` }, text));
  if (fault) result.append(part('sub', fault === text ? 'by a fault' : `fault: ${fault}`));
  const duration = part('duration', durationMs === undefined ? '…' : `${durationMs} ms`);
  const texts = element('div', { class: 'texts', 'aria-live': 'off' });
  const summary = element(
    'summary',
    {},
    part('time', time(at)),
    part('provider', titles.get(provider)),
    endpoint,
    result,
    duration,
  );
  const details = element('details', {}, summary, texts);
  details.open = opened.has(id);
  details.addEventListener('toggle', () => {
    opened[details.open ? 'add' : 'delete'](id);
    if (details.open) void showTexts(texts, id);
  });
  return element('li', {}, details);
}

async function showTexts(texts, id) {
  const answer = await fetch(`/console/calls/${id}`).catch(() => undefined);
  if (!answer?.ok) {
    texts.replaceChildren('The sandbox does not have this call any more.');
    return;
  }
  const { request, response = 'The API has not answered yet.' } = await answer.json();
  texts.replaceChildren(
    element('div', {}, element('h3', {}, 'Request'), element('pre', {}, request)),
    element('div', {}, element('h3', {}, 'Response'), element('pre', {}, response)),
  );
}

/** A path that may break before its slashes. */
function breakable(path) {
  return path.split(/(?=[/])/).flatMap(part => [element('wbr', {}), part]);
}

function part(name, ...children) {
  return element('span', { class: name }, ...children);
}
