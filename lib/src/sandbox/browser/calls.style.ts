/** The table of calls, which becomes a list of cards on narrow screens, and the fault panel. */
export const CALLS_STYLE: string = /* css */ `
table {
  width: 100%;
  border-collapse: collapse;
}

th {
  position: sticky;
  top: 0;
  padding: 0.35rem 0.6rem;
  background: var(--surface);
  color: var(--muted);
  font-size: 0.85rem;
  font-weight: 600;
  text-align: left;
}

td {
  padding: 0.45rem 0.6rem;
  border-top: 1px solid var(--line);
  vertical-align: top;
}

td.time,
td.provider,
td.duration,
th.duration {
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}

td.duration,
th.duration {
  text-align: right;
}

.scroll > .empty {
  padding: 0.5rem 0.6rem;
}

td .sub {
  display: block;
  color: var(--muted);
  font-size: 0.85rem;
}

.grid {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
  gap: 0.75rem;
}

.fault {
  display: grid;
  gap: 0.6rem;
  align-content: start;
  padding: 0.85rem;
  border: 1px solid var(--line);
  border-radius: 0.6rem;
}

.fault.active {
  border-color: var(--trouble);
  box-shadow: inset 0 0 0 1px var(--trouble);
}

label {
  display: grid;
  gap: 0.2rem;
  color: var(--muted);
  font-size: 0.85rem;
}

label.check {
  display: flex;
  gap: 0.5rem;
  align-items: center;
}

label.inline {
  display: flex;
  gap: 0.5rem;
  align-items: center;
}

select,
input[type='number'] {
  width: 100%;
  min-height: 2.25rem;
  padding: 0.3rem 0.5rem;
  border: 1px solid var(--field);
  border-radius: 0.5rem;
  background: var(--surface);
  color: var(--text);
  font: inherit;
  font-size: 0.95rem;
}

input[type='checkbox'] {
  width: 1.1rem;
  height: 1.1rem;
  accent-color: var(--accent);
}

.pair {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 0.6rem;
}

.fault .buttons {
  display: flex;
  gap: 0.5rem;
}

.fault .buttons button:first-child {
  flex: 1;
}

@media (max-width: 45rem) {
  thead {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  table,
  tbody {
    display: block;
  }

  tr {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.1rem 0.75rem;
    padding: 0.6rem 0.1rem;
    border-top: 1px solid var(--line);
  }

  td {
    padding: 0;
    border: 0;
  }

  td.endpoint {
    grid-column: 1 / -1;
    order: 1;
  }

  td.time {
    order: 2;
    color: var(--muted);
  }

  td.outcome {
    order: 0;
    text-align: right;
  }

  td.duration {
    order: 3;
    color: var(--muted);
  }
}
`.trimStart();
