/** What the browser hands over to be verified: untrusted strings, spent when they are verified. */
export type Evidence = Readonly<Record<string, string | undefined>>;

/** Where evidence is looked for when a route does not say otherwise. */
export interface EvidenceSource {
  readonly body: unknown;
  readonly query: unknown;
}

/** The longest evidence value that is ever sent to a provider, in UTF-16 code units. */
const MAX_EVIDENCE_LENGTH = 2048;

// Control characters, and lone surrogates, which no URL can carry.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** The trimmed text of an evidence value, or `undefined` for anything that cannot be evidence. */
function evidenceText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_EVIDENCE_LENGTH * 2) return undefined;
  const text = value.trim();
  if (text.length === 0 || text.length > MAX_EVIDENCE_LENGTH || UNPRINTABLE.test(text)) return undefined;
  return text;
}

/** The evidence text under `name` of an untrusted object; own properties only. */
export function evidenceField(container: unknown, name: string): string | undefined {
  if (typeof container !== 'object' || container === null || !Object.hasOwn(container, name))
    return undefined;
  return evidenceText((container as Record<string, unknown>)[name]);
}
