import type { Sandbox } from './sandbox.js';
import { MANIFESTS, SANDBOX_PROVIDERS } from './sandbox-provider.js';

const TITLES = SANDBOX_PROVIDERS.map(name => MANIFESTS[name].title);

/** The names of the emulated APIs, as a sentence has them. */
export const ALL_TITLES = new Intl.ListFormat('en').format(TITLES);

/** The text of a sandbox that has just started. */
export function welcome(sandbox: Sandbox): string {
  const { url, consoleUrl, baseUrls } = sandbox;
  const width = Math.max(...TITLES.map(title => title.length));
  const apis = SANDBOX_PROVIDERS.map(name => `  ${MANIFESTS[name].title.padEnd(width)}  ${baseUrls[name]}`);
  return `Sandbox of the verification APIs at ${url} (Ctrl+C stops it)

Watch it and play the people in a browser: ${consoleUrl}

${apis.join('\n')}

Environment of your application:

${environmentOf(sandbox)}

Try it:

${examplesFor(sandbox)}
`;
}

/** The running sandbox's credentials as environment variables, ready to paste. */
function environmentOf({ baseUrls }: Sandbox): string {
  return SANDBOX_PROVIDERS.flatMap(name => {
    const options: Readonly<Record<string, string>> = {
      ...MANIFESTS[name].credentials,
      baseUrl: baseUrls[name],
    };
    return Object.entries(MANIFESTS[name].environment).map(
      ([key, option]) => `${key}=${options[option] ?? ''}`,
    );
  }).join('\n');
}

/** A shell script that takes one proof through each emulated API. */
function examplesFor({ url, baseUrls }: Sandbox): string {
  const examples = SANDBOX_PROVIDERS.map(name => {
    return MANIFESTS[name].example({ control: `${url}/control/${name}`, baseUrl: baseUrls[name] });
  });
  return `${examples.join('\n\n')}

# Trouble: the next ${TITLES[0] ?? ''} call answers 503, unless you take it back
curl -s ${url}/control/faults -d '{"provider":"${SANDBOX_PROVIDERS[0] ?? ''}","status":503}'
curl -s -X DELETE ${url}/control/faults`;
}
