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

/**
 * Declares where a provider's evidence is in a request, and what it may look like. The guard, manual checks and
 * OpenAPI documents use it. Text is trimmed. A text that is too long or outside the alphabet counts as missing.
 */
export class DeclaredEvidence<E extends Evidence = Evidence> {
  private readonly names: readonly string[];
  /** The members that nobody can guess. */
  private readonly named: readonly string[];
  private readonly alphabets: ReadonlyMap<string, RegExp>;

  /** `shapes` are the sets of members that suffice, most usual first; all members of one set must be there. */
  constructor(
    readonly members: { readonly [M in string & keyof E]: EvidenceMember },
    readonly shapes: readonly (readonly (string & keyof E)[])[],
  ) {
    this.names = Object.keys(members);
    this.named = this.names.filter(name => this.memberOf(name).guessable !== true);
    this.alphabets = new Map(
      Object.entries<EvidenceMember>(members).map(([name, { alphabet = PRINTABLE }]) => [
        name,
        new RegExp(`^(?:${alphabet.source})$`, alphabet.flags.replace(/[gym]/g, '')),
      ]),
    );
  }

  /** The fields of the body or the query that members are read from. */
  fieldsIn(place: keyof EvidenceSource): readonly string[] {
    return this.names.flatMap(name => namesIn(this.memberOf(name), place));
  }

  /** Tells whether a request is always refused that has none of `names` among its fields in `place`. */
  needs(place: keyof EvidenceSource, names: readonly string[]): boolean {
    const isReadable = (name: string): boolean =>
      namesIn(this.memberOf(name), place).some(field => !names.includes(field));
    const fromPlace = this.shapes.filter(shape =>
      shape.every(name => namesIn(this.memberOf(name), place).length > 0),
    );
    return fromPlace.length > 0 && !fromPlace.some(shape => shape.every(isReadable));
  }

  /** The complete evidence of a request, or `undefined`. */
  read(source: EvidenceSource): E | undefined {
    return this.complete(name => {
      for (const field of this.memberOf(name).fields ?? []) {
        const text = this.textOf(name, source[field.in], field.name);
        if (text !== undefined) return text;
      }
      return undefined;
    });
  }

  /** The fields of a request with a text that is too long to be evidence. */
  tooLongIn(source: EvidenceSource): readonly string[] {
    return this.names.flatMap(name => {
      const { fields = [], maxLength = LONGEST } = this.memberOf(name);
      const isTooLong = (value: unknown): boolean =>
        typeof value === 'string' && value.trim().length > maxLength;
      return fields
        .filter(field => isTooLong(member(asObject(source[field.in]) ?? {}, field.name)))
        .map(field => field.name);
    });
  }

  /** The complete evidence in an untrusted object with the members' own names, or `undefined`. */
  admit(evidence: unknown): E | undefined {
    return this.complete(name => this.textOf(name, evidence, name));
  }

  /**
   * The same evidence in fields of other names: a text where one member is read from the body, else texts by member.
   * Query parameters that share a renamed field's name are renamed with it.
   * @throws ConfigurationError for names that cannot be meant.
   */
  renamed(field: unknown, provider: string): DeclaredEvidence<E> {
    const readable = this.names.filter(name => namesIn(this.memberOf(name), 'body').length > 0);
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
    return this.named.flatMap(name => evidence[name] ?? []);
  }

  private complete(textOf: (name: string) => string | undefined): E | undefined {
    for (const shape of this.shapes) {
      // Every member is own, so that a polluted prototype cannot fill in one.
      const evidence: Record<string, string | undefined> = {};
      for (const name of this.names) evidence[name] = undefined;
      if (shape.every(name => (evidence[name] = textOf(name)) !== undefined)) return evidence as E;
    }
    return undefined;
  }

  private memberOf(name: string): EvidenceMember {
    return (this.members as Readonly<Record<string, EvidenceMember>>)[name] ?? {};
  }

  /** Own properties only. */
  private textOf(name: string, container: unknown, property: string): string | undefined {
    if (typeof container !== 'object' || container === null || !Object.hasOwn(container, property))
      return undefined;
    const value = (container as Record<string, unknown>)[property];
    const { maxLength = LONGEST } = this.memberOf(name);
    if (typeof value !== 'string' || value.length > maxLength * 2) return undefined;
    const text = value.trim();
    return text.length <= maxLength && this.alphabets.get(name)?.test(text) === true ? text : undefined;
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
