import type { Sandbox } from 'nestjs-verification/sandbox';

const ESCAPE = '\u001b[';

/** What runs and where to click. */
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
    line('Console', sandbox.consoleUrl, 'every call; lets the providers fail'),
    line('Inbox', `${sandbox.url}/inbox`, 'the codes that phones receive'),
    '',
    '  Everything runs on the sandbox: no account needed, and nothing leaves this machine.',
  ];
  return [
    '',
    line('Pages', url, 'start here: sign up, check out, pass the age gate'),
    ...(simulated ?? []),
    `  Requests to paste: sample-app/README.md. Ctrl-C ends it.`,
    '',
  ].join('\n');
}
