/** A command of a README and its output there. `…` stands for any text. */
export interface TranscriptStep {
  readonly command: string;
  readonly expected: string;
  readonly line: number;
}

/** The commands of every `console` block of a README, in order. */
export function transcriptOf(markdown: string): readonly TranscriptStep[] {
  const steps: { command: string; expected: string; line: number }[] = [];
  let inside = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    if (text.startsWith('```')) inside = text === '```console';
    else if (inside && text.startsWith('$ '))
      steps.push({ command: text.slice(2), expected: '', line: index + 1 });
    else if (inside) steps.at(-1)!.expected += `${text}\n`;
  }
  return steps;
}

/** Whether an output is the one in a README. */
export function matches(expected: string, printed: string): boolean {
  const parts = expected
    .trim()
    .split('…')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(printed.trim());
}
