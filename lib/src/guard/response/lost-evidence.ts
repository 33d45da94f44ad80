import type { EvidenceSource } from '../../contract/evidence.js';
import { distanceOf } from '../../errors/known-members.js';
import type { DeclaredEvidence } from '../../providers/declared-evidence.js';
import type { Plan } from '../../verification/planned-check.js';
import { asObject, member } from '../../wire/json.js';

/** A request without usable evidence. */
export interface Miss {
  readonly plan: Plan;
  readonly source: EvidenceSource;
  readonly request: unknown;
}

/** The reason why evidence may have been sent and was not found. `came` never holds a value. */
export interface LostEvidence {
  readonly cause: 'multipart' | 'unparsed' | 'too_long' | 'no_text' | 'other_field';
  readonly came: string;
}

const PLACES = ['body', 'query'] as const;
const MOST_FIELDS = 100;
const NAME = /^[\w.-]{1,64}$/;

/** The fields that evidence was looked for in, for a log line. */
export function lookedFor({ plan }: Miss): string {
  const fields = readable(plan).flatMap(evidence =>
    PLACES.flatMap(place => evidence.fieldsIn(place).map(name => `${name} (${place})`)),
  );
  return [...new Set(fields)].join(', ');
}

/**
 * The names of the fields that came, for a log line; names are a visitor's text, too. Without those of fields that are
 * empty: a proof that came alone, as the whole form or query, is parsed into such a name.
 */
export function cameIn({ source }: Miss): string {
  const filled = (place: keyof EvidenceSource): readonly string[] =>
    namesOf(source[place]).filter(name => member(asObject(source[place]) ?? {}, name) !== '');
  return PLACES.flatMap(place => filled(place).map(name => `${name} (${place})`)).join(', ');
}

/** Finds why a request seems to have no evidence; `undefined` if the visitor sent none. */
export function lostEvidence(miss: Miss): LostEvidence | undefined {
  const { plan, source } = miss;
  const evidences = readable(plan);
  if (evidences.length === 0) return undefined;
  const [tooLong] = evidences.flatMap(evidence => evidence.tooLongIn(source));
  if (tooLong !== undefined) return { cause: 'too_long', came: tooLong };
  const [noText] = evidences.flatMap(evidence => evidence.noTextIn(source));
  if (noText !== undefined) return { cause: 'no_text', came: noText };
  const other = otherField(evidences, source);
  if (other !== undefined) return { cause: 'other_field', came: other };
  return evidences.some(evidence => evidence.fieldsIn('body').length > 0) ? unparsedBody(miss) : undefined;
}

/** An `evidence` function knows by itself where it looks. */
function readable({ demands }: Plan): readonly DeclaredEvidence[] {
  return demands.flat().flatMap(({ evidence, ownEvidence }) => (ownEvidence === undefined ? evidence : []));
}

function unparsedBody({ source: { body }, request }: Miss): LostEvidence | undefined {
  const headers = asObject(asObject(request)?.['headers']) ?? {};
  const isEmpty = headers['content-length'] === '0';
  if (isEmpty || (headers['content-length'] ?? headers['transfer-encoding']) === undefined) return undefined;
  const type = String(headers['content-type']);
  const fields = asObject(body);
  if (/^multipart\/form-data\b/i.test(type))
    return fields === undefined || Object.keys(fields).length === 0
      ? { cause: 'multipart', came: 'multipart/form-data' }
      : undefined;
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const [known] = /^application\/(?:json|x-www-form-urlencoded)\b/i.exec(type) ?? [];
  return isRaw ? { cause: 'unparsed', came: known ?? 'another type' } : undefined;
}

/** A field of nearly the right name, or of the right name in the other place. */
function otherField(evidences: readonly DeclaredEvidence[], source: EvidenceSource): string | undefined {
  for (const place of PLACES) {
    const right = evidences.flatMap(evidence => evidence.fieldsIn(place));
    const wanted = evidences.flatMap(evidence => PLACES.flatMap(each => evidence.fieldsIn(each)));
    const found = namesOf(source[place]).find(
      name => !right.includes(name) && wanted.some(each => isNear(name, each)),
    );
    if (found !== undefined) return `${found} (${place})`;
  }
  return undefined;
}

function isNear(first: string, second: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const [one, other] = [plain(first), plain(second)];
  return one === other || (other.length > 7 && distanceOf(one, other) <= 2);
}

function namesOf(fields: unknown): readonly string[] {
  return Object.keys(asObject(fields) ?? {})
    .slice(0, MOST_FIELDS)
    .filter(name => NAME.test(name));
}
