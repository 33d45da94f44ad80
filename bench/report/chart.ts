/** One bar. */
export interface Bar {
  readonly title: string;
  readonly value: number;
  readonly ours: boolean;
}

const WIDTH = 760;
const LABEL = 320;
const ROW = 26;
const TOP = 46;

/** A bar chart as SVG that reads on light and dark pages. */
export function chart(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * ROW + 10;
  const rows = bars.map(({ title: label, value, ours }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(1, (Math.max(0, value) / most) * (WIDTH - LABEL - 90));
    return [
      `<text class="${ours ? 'own' : 'label'}" x="${String(LABEL - 10)}" y="${String(y + 15)}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${ours ? 'bar own' : 'bar'}" x="${String(LABEL)}" y="${String(y + 3)}" width="${width.toFixed(1)}" height="16" rx="2"/>`,
      `<text class="label" x="${(LABEL + width + 7).toFixed(1)}" y="${String(y + 15)}">${value.toFixed(0)} ${unit}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(height)}" viewBox="0 0 ${String(WIDTH)} ${String(height)}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #57606a; }
    .title { font-size: 15px; font-weight: 600; fill: #24292f; }
    text.own { font-weight: 600; fill: #24292f; }
    .bar { fill: #8c959f; }
    .bar.own { fill: #2da44e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1; }
      .title, text.own { fill: #f0f6fc; }
      .bar { fill: #656c76; }
      .bar.own { fill: #3fb950; }
    }
  </style>
  <text class="title" x="10" y="24">${escaped(title)}</text>
  ${rows.join('\n  ')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
