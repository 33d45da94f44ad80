import { button, element, listen, post, renderRows, time } from './dom.js';
import { showFaults } from './faults.js';
import { showMessages } from './messages.js';

const NAMES = {
  checkify: 'Checkify',
  engagelab: 'EngageLab',
  humanproof: 'HumanProof',
  verifyid: 'VerifyID',
};
const TONES = { pending: '', approved: 'yes', denied: 'no', expired: 'no', used: '' };
const list = name => document.querySelector(`#${name} ul`);
const filter = document.querySelector('select');
let calls = [];

listen('/console/events', {
  calls: received => {
    calls = received;
    showCalls();
  },
  sessions: sessions => renderRows(list('sessions'), sessions, session),
  logins: logins => renderRows(list('logins'), logins, login),
  messages: messages => showMessages(list('messages'), messages, expireButton),
  faults: showFaults,
});

filter.addEventListener('change', showCalls);

function showCalls() {
  const chosen = calls.filter(({ provider }) => filter.value === '' || provider === filter.value);
  renderRows(document.getElementById('call-list'), chosen, call);
}

function call({ at, provider, method, path, credential, outcome, durationMs, fault }) {
  const { text, tone } = outcome ?? { text: 'waiting', tone: '' };
  const endpoint = cell('endpoint', element('span', { class: 'code' }, method + ' ', ...breakable(path)));
  if (credential) endpoint.append(element('span', { class: 'sub code' }, credential));
  const result = cell('outcome', element('span', { class: 'badge ' + tone }, text));
  if (fault)
    result.append(element('span', { class: 'sub' }, fault === text ? 'by a fault' : 'fault: ' + fault));
  return element(
    'tr',
    { role: 'row' },
    cell('time', time(at)),
    cell('provider', NAMES[provider]),
    endpoint,
    result,
    cell('duration', durationMs === undefined ? '…' : durationMs + ' ms'),
  );
}

/** A path that breaks before its slashes, where it has to. */
function breakable(path) {
  return path.split(/(?=[/])/).flatMap(part => [element('wbr', {}), part]);
}

function cell(name, ...children) {
  return element('td', { role: 'cell', class: name }, ...children);
}

function session({ id, requestType, startedAt, state }) {
  const short = id.slice(0, 8);
  const act = (text, action, done, style) =>
    button(
      text,
      short,
      () => void post('/console/checkify/' + id + '/' + action, done + ' ' + short + '.'),
      style,
    );
  const approve = act('Approve', 'approve', 'Approved');
  const deny = act('Deny', 'deny', 'Denied', 'quiet');
  const expire = act('Expire', 'expire', 'Expired', 'quiet');
  const buttons = { pending: [approve, deny, expire], approved: [expire] }[state] ?? [];
  const details = [element('span', { class: 'code' }, short), ', ', time(startedAt)];
  return row(requestType, details, [state, TONES[state]], buttons);
}

function login({ id, url, method, minimumAge, returnHost, startedAt }) {
  const subject = 'at ' + returnHost;
  const as = (text, age, style) => button(text, subject, () => void logIn(id, age), style);
  const title = element('a', { href: url }, method === 'mitid' ? 'MitID' : 'BankID');
  return row(
    title,
    [returnHost, ', ', time(startedAt)],
    ['over ' + minimumAge, ''],
    [
      as('I am 21', '21'),
      as('I am 17', '17', 'quiet'),
      as('I am 15', '15', 'quiet'),
      as('Cancel', 'none', 'quiet'),
    ],
  );
}

async function logIn(id, age) {
  const answer = await post('/console/verifyid/' + id + '/login?age=' + age, 'The login is over. ');
  if (!answer) return;
  const back = element('a', { href: answer.location }, 'Return to the application');
  document.getElementById('notice').append(back, ', as the browser would.');
}

function expireButton({ id, to }) {
  return [
    button(
      'Expire',
      'the code for ' + to,
      () => void post('/console/engagelab/' + id + '/expire', 'Expired.'),
      'quiet',
    ),
  ];
}

function row(title, details, [state, tone], buttons) {
  const what = element(
    'div',
    { class: 'what' },
    element('strong', {}, title),
    element('span', { class: 'muted' }, ...details),
  );
  const actions = buttons.length > 0 ? [element('div', { class: 'buttons' }, ...buttons)] : [];
  return element('li', {}, what, element('span', { class: 'badge ' + tone }, state), ...actions);
}
