import { element, listen, renderRows, time } from './dom.js';
import { showFaults } from './faults.js';
import { panels } from './rows.js';

const filter = document.querySelector('select');
const titles = new Map([...filter.options].map(({ value, text }) => [value, text]));
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

function showCalls() {
  const chosen = calls.filter(({ provider }) => filter.value === '' || provider === filter.value);
  renderRows(document.getElementById('call-list'), chosen, call);
}

function call({ at, provider, method, path, credential, outcome, durationMs, fault }) {
  const { text, tone } = outcome ?? { text: 'waiting', tone: '' };
  const endpoint = cell('endpoint', element('span', { class: 'code' }, `${method} `, ...breakable(path)));
  if (credential) endpoint.append(element('span', { class: 'sub code' }, credential));
  const result = cell('outcome', element('span', { class: `badge ${tone}` }, text));
  if (fault)
    result.append(element('span', { class: 'sub' }, fault === text ? 'by a fault' : `fault: ${fault}`));
  return element(
    'tr',
    { role: 'row' },
    cell('time', time(at)),
    cell('provider', titles.get(provider)),
    endpoint,
    result,
    cell('duration', durationMs === undefined ? '…' : `${durationMs} ms`),
  );
}

/** A path that may break before its slashes. */
function breakable(path) {
  return path.split(/(?=[/])/).flatMap(part => [element('wbr', {}), part]);
}

function cell(name, ...children) {
  return element('td', { role: 'cell', class: name }, ...children);
}
