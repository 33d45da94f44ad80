/** A command of a README and its output there. `…` stands for any text. */
export interface TranscriptStep {
  readonly command: string;
  readonly expected: string;
  readonly line: number;
}

/** The requests to paste of a README, in order; the block below each has a line for every request that ends in `echo`. */
export function transcriptOf(markdown: string): readonly TranscriptStep[] {
  const steps: { command: string; expected: string; line: number }[] = [];
  const lines = markdown.split('\n');
  const start = lines.indexOf('## Requests to paste');
  let block = '';
  for (const [index, text] of lines.entries()) {
    if (index < start) continue;
    if (text.startsWith('```')) block = text.slice(3);
    else if (block === 'sh' && text !== '') steps.push({ command: text, expected: '', line: index + 1 });
    else if (block === 'text')
      steps.find(each => each.command.endsWith('; echo') && each.expected === '')!.expected = text;
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
