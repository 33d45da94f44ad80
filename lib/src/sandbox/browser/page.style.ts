/** What all pages of the sandbox share. */
export const PAGE_STYLE: string = /* css */ `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #0e1115);
  --surface: light-dark(#ffffff, #171b21);
  --text: light-dark(#15181d, #e9ecf0);
  --muted: light-dark(#566070, #a0abb8);
  --line: light-dark(#dde1e7, #2b323c);
  --field: light-dark(#848e9c, #6d7885);
  --accent: light-dark(#3a49c9, #a3aeff);
  --on-accent: light-dark(#ffffff, #10131c);
  --tint: light-dark(#eceefb, #23283e);
  --yes: light-dark(#0a6536, #7fe0a8);
  --yes-tint: light-dark(#e1f3e8, #13301f);
  --no: light-dark(#7d4600, #ffc66f);
  --no-tint: light-dark(#fcefd9, #35270f);
  --trouble: light-dark(#9c1519, #ffa1a1);
  --trouble-tint: light-dark(#fce6e6, #3c1719);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'Liberation Mono', Menlo, monospace;
  font:
    15px/1.5 system-ui,
    sans-serif;
}

* {
  box-sizing: border-box;
}

body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
}

h1,
h2,
h3,
p,
ul {
  margin: 0;
  padding: 0;
}

ul {
  list-style: none;
}

[hidden] {
  display: none !important;
}

a {
  color: var(--accent);
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

.muted,
.empty {
  color: var(--muted);
}

.code {
  font-family: var(--mono);
  overflow-wrap: anywhere;
}

.eyebrow {
  color: var(--accent);
  font-size: 0.8rem;
  font-weight: 600;
  letter-spacing: 0.06em;
  text-transform: uppercase;
}

.button,
button {
  display: inline-block;
  min-height: 2.25rem;
  padding: 0.35rem 0.8rem;
  border: 1px solid var(--accent);
  border-radius: 0.5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}

.button.quiet,
button.quiet {
  background: transparent;
  color: var(--accent);
}

.button:hover,
button:hover {
  filter: brightness(0.92);
}

.button.quiet:hover,
button.quiet:hover {
  background: var(--tint);
  filter: none;
}

.badge {
  display: inline-block;
  padding: 0.05rem 0.5rem;
  border-radius: 1rem;
  background: var(--tint);
  color: var(--text);
  font-size: 0.85rem;
  font-weight: 600;
}

.badge.yes {
  background: var(--yes-tint);
  color: var(--yes);
}

.badge.no {
  background: var(--no-tint);
  color: var(--no);
}

.badge.trouble {
  background: var(--trouble-tint);
  color: var(--trouble);
}

.stand-in {
  display: grid;
  gap: 1rem;
  max-width: 26rem;
  margin: 10vh auto 2rem;
  padding: 2rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--surface);
}

.stand-in h1 {
  font-size: 1.6rem;
  line-height: 1.25;
}

.stand-in .choices {
  display: grid;
  gap: 0.6rem;
  margin-top: 0.5rem;
}

@media (max-width: 30rem) {
  .stand-in {
    margin: 1rem;
    padding: 1.25rem;
  }
}

@media (prefers-reduced-motion: no-preference) {
  .button,
  button {
    transition:
      background 0.15s,
      filter 0.15s;
  }
}
`.trimStart();
