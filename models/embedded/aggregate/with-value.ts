import type { Document, Value } from "../bson/values.ts";

/** A copy of the document with another value at the path. */
export function withValue(document: Document, path: readonly string[], value: Value | undefined): Document {
  const result = new Map(document);
  const [name = "", ...rest] = path;
  if (rest.length > 0) {
    const inner = result.get(name);
    result.set(name, withValue(inner instanceof Map ? inner : new Map(), rest, value));
  } else if (value === undefined) {
    result.delete(name);
  } else {
    result.set(name, value);
  }
  return result;
}
