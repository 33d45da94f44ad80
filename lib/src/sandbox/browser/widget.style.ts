/** The looks of both widgets, inside their shadow roots; light or dark as the `color-scheme` of the page around. */
export const WIDGET_STYLE: string = /* css */ `
:host {
  display: block;
  max-width: 26rem;
  --surface: light-dark(#ffffff, #171b21);
  --text: light-dark(#15181d, #e9ecf0);
  --muted: light-dark(#566070, #a0abb8);
  --line: light-dark(#c9cfd8, #3a424e);
  --accent: light-dark(#3a49c9, #a3aeff);
  --on-accent: light-dark(#ffffff, #10131c);
  --yes: light-dark(#0a6536, #7fe0a8);
  --trouble: light-dark(#9c1519, #ffa1a1);
}

:host([hidden]) {
  display: none;
}

.panel {
  display: grid;
  gap: 0.75rem;
  padding: 0.9rem 1rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--surface);
  color: var(--text);
  font:
    15px/1.5 system-ui,
    sans-serif;
}

p {
  margin: 0;
}

.status {
  display: flex;
  gap: 0.6rem;
  align-items: center;
  font-weight: 600;
}

.mark {
  display: grid;
  flex: none;
  place-items: center;
  width: 1.6rem;
  height: 1.6rem;
  border: 2px solid var(--line);
  border-radius: 50%;
  line-height: 1;
}

.yes .mark {
  border-color: var(--yes);
  color: var(--yes);
}

.trouble .mark {
  border-color: var(--trouble);
  color: var(--trouble);
}

.busy .mark {
  border-color: var(--accent);
  border-right-color: transparent;
}

.muted {
  color: var(--muted);
  font-size: 0.875rem;
}

.qr {
  width: 11rem;
  max-width: 100%;
  margin-inline: auto;
  border-radius: 0.5rem;
  background: #ffffff;
}

.choices {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}

button {
  min-height: 2.25rem;
  padding: 0.3rem 0.8rem;
  border: 1px solid var(--accent);
  border-radius: 0.5rem;
  background: transparent;
  color: var(--accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}

button.main {
  background: var(--accent);
  color: var(--on-accent);
}

a {
  color: var(--accent);
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

@media (prefers-reduced-motion: no-preference) {
  .busy .mark {
    animation: turn 0.9s linear infinite;
  }
}

@keyframes turn {
  to {
    transform: rotate(1turn);
  }
}
`.trimStart();
