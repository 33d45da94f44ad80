import type { Evidence, EvidenceSource } from '../contract/evidence.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { asObject, member } from '../wire/json.js';

/** One member of the evidence: where it is read from, and what its text may be. */
export interface EvidenceMember {
  /** The fields, most usual first. Without any, only manual checks and `evidence` functions bring the member. */
  readonly fields?: readonly { readonly in: keyof EvidenceSource; readonly name: string }[];
  /** In UTF-16 code units, after trimming. @default 8192 */
  readonly maxLength?: number;
  /** Matches the whole text. @default printable ASCII without spaces */
  readonly alphabet?: RegExp;
  /** `true` if somebody could try all values, such as those of a code. It is then never part of a log line. @default false */
  readonly guessable?: boolean;
}

const LONGEST = 8192;
const PRINTABLE = /^[\x21-\x7e]+$/;
/** The alphabet of a member that a shape names and nobody declared: no text matches. */
const NOTHING = /(?!)/;

/** A member with its defaults. */
interface Part extends Required<Omit<EvidenceMember, 'alphabet'>> {
  readonly name: string;
  /** Matches the whole text. It has no `g` or `y` flag, so that it keeps no position between texts. */
  readonly pattern: RegExp;
}

/**
 * Declares where a provider's evidence is in a request, and what it may look like. The guard, manual checks and
 * OpenAPI documents use it. Text is trimmed. A text that is too long or outside the alphabet counts as missing.
 */
export class DeclaredEvidence<E extends Evidence = Evidence> {
  private readonly parts: readonly Part[];
  private readonly wholes: readonly (readonly Part[])[];

  /** `shapes` are the sets of members that suffice, most usual first; all members of one set must be there. */
  constructor(
    readonly members: { readonly [M in string & keyof E]: EvidenceMember },
    readonly shapes: readonly (readonly (string & keyof E)[])[],
  ) {
    this.parts = Object.entries<EvidenceMember>(members).map(([name, member]) => partOf(name, member));
    this.wholes = shapes.map(shape =>
      shape.map(name => this.parts.find(part => part.name === name) ?? partOf(name, { alphabet: NOTHING })),
    );
  }

  /** The fields of the body or the query that members are read from. */
  fieldsIn(place: keyof EvidenceSource): readonly string[] {
    return this.parts.flatMap(part => namesIn(part, place));
  }

  /** Tells whether a request is always refused that has none of `names` among its fields in `place`. */
  needs(place: keyof EvidenceSource, names: readonly string[]): boolean {
    const isReadable = (part: Part): boolean => namesIn(part, place).some(field => !names.includes(field));
    const fromPlace = this.wholes.filter(whole => whole.every(part => namesIn(part, place).length > 0));
    return fromPlace.length > 0 && !fromPlace.some(whole => whole.every(isReadable));
  }

  /** The complete evidence of a request, or `undefined`. */
  read(source: EvidenceSource): E | undefined {
    return this.complete(part => {
      for (const field of part.fields) {
        const text = textOf(part, source[field.in], field.name);
        if (text !== undefined) return text;
      }
      return undefined;
    });
  }

  /** The fields of a request with a text that is too long to be evidence. */
  tooLongIn(source: EvidenceSource): readonly string[] {
    return this.fieldsWith(
      source,
      (value, { maxLength }) => typeof value === 'string' && value.trim().length > maxLength,
    );
  }

  /** The fields of a request with a value that is no text, such as a number, or the list of a field that came twice. */
  noTextIn(source: EvidenceSource): readonly string[] {
    return this.fieldsWith(source, value => typeof (value ?? '') !== 'string');
  }

  private fieldsWith(source: EvidenceSource, is: (value: unknown, part: Part) => boolean): readonly string[] {
    return this.parts.flatMap(part =>
      part.fields
        .filter(field => is(member(asObject(source[field.in]) ?? {}, field.name), part))
        .map(field => field.name),
    );
  }

  /** The complete evidence in an untrusted object with the members' own names, or `undefined`. */
  admit(evidence: unknown): E | undefined {
    return this.complete(part => textOf(part, evidence, part.name));
  }

  /**
   * The same evidence in fields of other names: a text where one member is read from the body, else texts by member.
   * Query parameters that share a renamed field's name are renamed with it.
   * @throws ConfigurationError for names that cannot be meant.
   */
  renamed(field: unknown, provider: string): DeclaredEvidence<E> {
    const readable = this.parts.filter(part => namesIn(part, 'body').length > 0).map(({ name }) => name);
    const names: unknown =
      typeof field === 'string' && readable.length === 1 ? { [readable[0] ?? '']: field } : field;
    const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
    if (
      typeof names !== 'object' ||
      names === null ||
      !Object.entries(names).every(([name, value]) => readable.includes(name) && isName(value))
    ) {
      const byMember = readable.map(name => `${name}: '…'`).join(', ');
      const usage = readable.length === 1 ? 'a field name' : `field names by member: { ${byMember} }`;
      throw new ConfigurationError(`"field" of "${provider}" must be ${usage}.`, provider);
    }
    const members = Object.entries(this.members).map(([name, each]: [string, EvidenceMember]) => [
      name,
      Object.hasOwn(names, name) ? renamedMember(each, (names as Record<string, string>)[name] ?? '') : each,
    ]);
    return new DeclaredEvidence(Object.fromEntries(members) as typeof this.members, this.shapes);
  }

  /** The texts in evidence that nobody can guess. */
  unguessable(evidence: E): readonly string[] {
    const texts: string[] = [];
    for (const { name, guessable } of this.parts) {
      const text = evidence[name];
      if (!guessable && text !== undefined) texts.push(text);
    }
    return texts;
  }

  private complete(find: (part: Part) => string | undefined): E | undefined {
    for (const whole of this.wholes) {
      // Every member is own, so that a polluted prototype cannot fill in one.
      const evidence: Record<string, string | undefined> = {};
      for (const { name } of this.parts) evidence[name] = undefined;
      if (whole.every(part => (evidence[part.name] = find(part)) !== undefined)) return evidence as E;
    }
    return undefined;
  }
}

/** Fields of the body. */
export function inBody(...names: readonly string[]): NonNullable<EvidenceMember['fields']> {
  return names.map(name => ({ in: 'body', name }));
}

/** Fields of the query. */
export function inQuery(...names: readonly string[]): NonNullable<EvidenceMember['fields']> {
  return names.map(name => ({ in: 'query', name }));
}

function partOf(
  name: string,
  { fields = [], maxLength = LONGEST, alphabet = PRINTABLE, guessable = false }: EvidenceMember,
): Part {
  const pattern = new RegExp(`^(?:${alphabet.source})$`, alphabet.flags.replace(/[gym]/g, ''));
  return { name, fields, maxLength, pattern, guessable };
}

/** An own member that can be this part of the evidence, trimmed. */
function textOf({ maxLength, pattern }: Part, container: unknown, name: string): string | undefined {
  if (typeof container !== 'object' || container === null || !Object.hasOwn(container, name))
    return undefined;
  const value = (container as Record<string, unknown>)[name];
  if (typeof value !== 'string' || value.length > maxLength * 2) return undefined;
  const text = value.trim();
  return text.length <= maxLength && pattern.test(text) ? text : undefined;
}

function namesIn({ fields = [] }: EvidenceMember, place: keyof EvidenceSource): readonly string[] {
  return fields.filter(field => field.in === place).map(({ name }) => name);
}

/** The first field of the body, and what shares its name, is renamed; further names of the body go. */
function renamedMember(member: EvidenceMember, name: string): EvidenceMember {
  const bodyNames = namesIn(member, 'body');
  const kept = (member.fields ?? []).filter(field => field.in === 'query' && !bodyNames.includes(field.name));
  const isInQuery = namesIn(member, 'query').some(each => bodyNames.includes(each));
  return { ...member, fields: [...inBody(name), ...(isInQuery ? inQuery(name) : []), ...kept] };
}
