/** A base class that stamps an object instead of making one; TypeScript takes no function for a constructor. */
const Stamped = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** A value for each object that has one. */
export interface Attachment<V> {
  of(object: object): V | undefined;
  attach(object: object, value: V): void;
  /** Takes the value away. */
  take(object: object): V | undefined;
}

/**
 * Does the work of a `WeakMap`, but keeps the value in the object itself, as a private field: V8's frequent collections take what an old
 * `WeakMap` points to for alive, and would keep every request until the next full one. Nobody else can read it, list
 * it or forge it, and frozen objects have it, too.
 */
export function attachment<V>(): Attachment<V> {
  class Attached extends Stamped {
    #value: V | undefined;

    static of(object: object): V | undefined {
      return #value in object ? object.#value : undefined;
    }

    static take(object: object): V | undefined {
      const value = Attached.of(object);
      if (#value in object) object.#value = undefined;
      return value;
    }

    static attach(object: object, value: V): void {
      const attached = #value in object ? object : new Attached(object);
      attached.#value = value;
    }
  }
  return Attached;
}
