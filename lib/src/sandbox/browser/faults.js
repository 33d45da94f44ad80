import { element, post, renderRows } from './dom.js';

const forms = [...document.forms];

/** Shows the faults that wait for their calls. */
export function showFaults(faults) {
  for (const form of forms) {
    const waiting = faults.filter(({ provider }) => provider === form.dataset.api);
    form.classList.toggle('active', waiting.length > 0);
    const badge = /** @type {HTMLElement} */ (form.querySelector('summary .badge'));
    badge.textContent = waiting.length === 1 ? '1 fault' : `${waiting.length} faults`;
    badge.hidden = waiting.length === 0;
    renderRows(form.querySelector('ul'), waiting, ({ text, left }) =>
      element(
        'li',
        {},
        element('strong', { class: 'what' }, text),
        element('span', { class: 'badge trouble' }, left === null ? 'until cleared' : `${left} to go`),
      ),
    );
  }
}

for (const form of forms) {
  const { choice, delayMs, clear } = form;
  const path = `/console/faults/${form.dataset.api}`;
  const explain = () => form.querySelector('.meaning').replaceChildren(choice.selectedOptions[0].title);
  choice.addEventListener('change', () => {
    delayMs.value = choice.value === 'late' ? '3000' : '0';
    explain();
  });
  explain();
  form.addEventListener('submit', event => {
    event.preventDefault();
    const data = new FormData(form);
    const times = data.get('times');
    void post(form, `${path}/inject`, 'Injected. The next call will show it.', {
      choice: data.get('choice'),
      delayMs: Number(data.get('delayMs')),
      times: times === '' ? null : Number(times),
      after: data.has('after'),
    });
  });
  clear.addEventListener('click', () => void post(form, `${path}/clear`, 'Cleared.'));
}
