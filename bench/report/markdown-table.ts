import type { Spread } from '../statistics/spread.js';

/** A Markdown table whose first column is text and whose other columns are figures. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A figure, or a dash if there is none. */
export function figure(value: number | undefined, digits: number): string {
  return value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** The lowest and the highest round. */
export function range(spread: Spread | undefined, digits: number): string {
  if (spread === undefined || !Number.isFinite(spread.low)) return '–';
  return `${figure(spread.low, digits)} .. ${figure(spread.high, digits)}`;
}

/** A share in percent. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${figure(share * 100, 1)} %` : '–';
}
