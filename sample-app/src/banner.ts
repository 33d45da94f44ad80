import type { Sandbox } from 'nestjs-verification/sandbox';

const ESCAPE = '\u001b[';

/** The text that `npm start` prints: the addresses to open. */
export function banner(
  url: string,
  sandbox: Pick<Sandbox, 'url' | 'consoleUrl'> | undefined,
  { isColoured }: { readonly isColoured: boolean },
): string {
  const paint = (code: number, text: string): string =>
    isColoured ? `${ESCAPE}${code}m${text}${ESCAPE}0m` : text;
  const line = (name: string, address: string, what: string): string =>
    `  ${paint(1, name.padEnd(9))} ${paint(36, address.padEnd(32))}  ${paint(2, what)}`;
  const simulated = sandbox && [
    line('Console', sandbox.consoleUrl, 'shows every call, and makes providers fail'),
    line('Inbox', `${sandbox.url}/inbox`, 'shows the codes that phones receive'),
    '',
    '  Everything runs on the sandbox. You need no account, and nothing leaves this machine.',
  ];
  return [
    '',
    line('Pages', url, 'start here: sign up, check out, pass the age gate'),
    ...(simulated ?? []),
    '  Find requests to paste in sample-app/README.md. Press Ctrl-C to stop.',
    '',
  ].join('\n');
}
