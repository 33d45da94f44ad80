/** The layout of the console and of the inbox page. */
export const CONSOLE_STYLE: string = /* css */ `
.bar {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem 1.25rem;
  align-items: center;
  padding: 0.75rem clamp(1rem, 2.5vw, 2rem);
  border-bottom: 1px solid var(--line);
  background: var(--surface);
}

.bar h1 {
  display: flex;
  gap: 0.6rem;
  align-items: center;
  font-size: 1.15rem;
  letter-spacing: -0.01em;
}

.bar nav {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1rem;
  margin-left: auto;
}

.bar nav a {
  padding: 0.15rem 0;
  text-underline-offset: 0.25em;
}

.live::before {
  content: '';
  display: inline-block;
  width: 0.6rem;
  height: 0.6rem;
  margin-right: 0.45rem;
  border-radius: 50%;
  background: var(--no);
}

.live.on::before {
  background: var(--yes);
}

.console {
  display: grid;
  gap: 1rem;
  max-width: 100rem;
  margin: 0 auto;
  padding: 1rem clamp(1rem, 2.5vw, 2rem) 3rem;
}

.people {
  display: grid;
  gap: 1rem;
  align-content: start;
}

.panel {
  min-width: 0;
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: 0.85rem;
  background: var(--surface);
  scroll-margin-top: 1rem;
}

.panel > header {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1rem;
  align-items: baseline;
  justify-content: space-between;
  margin-bottom: 0.75rem;
}

.scroll {
  max-height: 32rem;
  overflow: auto;
}

.people .scroll {
  max-height: 22rem;
}

h2 {
  font-size: 1.05rem;
}

h3 {
  font-size: 0.95rem;
}

.notice {
  position: sticky;
  z-index: 1;
  top: 0.75rem;
  padding: 0.5rem 0.9rem;
  border: 1px solid var(--accent);
  border-radius: 0.6rem;
  background: var(--tint);
}

.notice:empty {
  position: absolute;
  padding: 0;
  border: 0;
}

.rows {
  display: grid;
  gap: 0.5rem;
}

.rows li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.5rem 0.75rem;
  align-items: start;
  padding: 0.6rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.6rem;
}

.rows .what > * {
  display: block;
  width: fit-content;
  max-width: 100%;
  overflow-wrap: anywhere;
}

.rows .buttons {
  display: flex;
  flex-wrap: wrap;
  grid-column: 1 / -1;
  gap: 0.35rem;
  align-items: center;
}

.rows button,
.rows .button {
  min-height: 2rem;
  padding: 0.2rem 0.65rem;
  font-size: 0.9rem;
}

.otp {
  font: 600 1.35rem/1.3 var(--mono);
  letter-spacing: 0.12em;
}

.inbox {
  max-width: 44rem;
}

@media (min-width: 68rem) {
  .console.wide {
    grid-template-columns: minmax(0, 1.75fr) minmax(22rem, 1fr);
  }

  .console.wide > .calls {
    display: flex;
    flex-direction: column;
  }

  .console.wide > .calls > .scroll {
    flex: 1 1 34rem;
    height: 0;
    min-height: 34rem;
    max-height: none;
  }

  .console.wide > .faults,
  .console.wide > .notice {
    grid-column: 1 / -1;
  }
}
`.trimStart();
