import type { Sandbox } from './sandbox.js';
import { MANIFESTS, SANDBOX_PROVIDERS, type SandboxProvider } from './sandbox-provider.js';

const TITLES = SANDBOX_PROVIDERS.map(name => MANIFESTS[name].title);

/** The names of the emulated APIs, as a sentence has them. */
export const ALL_TITLES = new Intl.ListFormat('en').format(TITLES);

/** The text of a sandbox that has just started. */
export function welcome(sandbox: Sandbox): string {
  const { url, consoleUrl, baseUrls } = sandbox;
  const width = Math.max(...TITLES.map(title => title.length));
  const apis = SANDBOX_PROVIDERS.map(name => `  ${MANIFESTS[name].title.padEnd(width)}  ${baseUrls[name]}`);
  const widgets = SANDBOX_PROVIDERS.flatMap(name => {
    const [script, element] = MANIFESTS[name].embed ?? [];
    return script === undefined ? [] : `  ${baseUrls[name]}/${script}  ${element}`;
  });
  return `Sandbox of the verification APIs at ${url} (Ctrl+C stops it)

Watch it and play the people in a browser: ${consoleUrl}

${apis.join('\n')}

Widgets for your pages, each in a form, with <script type="module" src="…">:

${widgets.join('\n')}

Environment of your application:

${[...environmentOf(sandbox)].map(([name, value]) => `${name}=${value}`).join('\n')}

Try it:

${examplesFor(sandbox)}
`;
}

/** The running sandbox's credentials and addresses as environment variables. */
export function environmentOf({ baseUrls }: Pick<Sandbox, 'baseUrls'>): ReadonlyMap<string, string> {
  return new Map(
    SANDBOX_PROVIDERS.flatMap(name => {
      const { credentials, environment } = MANIFESTS[name];
      const options: Readonly<Record<string, string>> = { ...credentials, baseUrl: baseUrls[name] };
      return Object.entries(environment).map(([key, option]): [string, string] => [
        key,
        options[option] ?? '',
      ]);
    }),
  );
}

/** Shell commands that take one proof through an emulated API. */
export function exampleOf(
  name: SandboxProvider,
  { url, baseUrls }: Pick<Sandbox, 'url' | 'baseUrls'>,
): string {
  return MANIFESTS[name].example({ control: `${url}/control/${name}`, baseUrl: baseUrls[name] });
}

/** A shell script that takes one proof through each emulated API. */
function examplesFor(sandbox: Sandbox): string {
  const { url } = sandbox;
  return `${SANDBOX_PROVIDERS.map(name => exampleOf(name, sandbox)).join('\n\n')}

# Trouble: the next ${MANIFESTS[SANDBOX_PROVIDERS[0]].title} call answers 503, unless you take it back
curl -s ${url}/control/faults -d '{"provider":"${SANDBOX_PROVIDERS[0]}","status":503}'
curl -s -X DELETE ${url}/control/faults`;
}
