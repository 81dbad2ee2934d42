import { formatValue } from "../bson/format.ts";
import type { Document, Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { isArrayIndex } from "../query/path.ts";

/** What holds a value: a document or an array. */
export type Container = Document | Value[];

/** Further than this an array is not filled with nulls. */
const MAX_BACKFILL = 1500000;

/** The value in a place; undefined when there is none. */
export function valueIn(container: Container, key: string): Value | undefined {
  return Array.isArray(container)
    ? isArrayIndex(key)
      ? container[Number(key)]
      : undefined
    : container.get(key);
}

/** Puts a value into a place; an array that is too short is filled with nulls. */
export function putIn(container: Container, key: string, value: Value): void {
  if (!Array.isArray(container)) {
    container.set(key, value);
    return;
  }
  const at = Number(key);
  if (at > container.length + MAX_BACKFILL) {
    throw new CommandError("BadValue", "can't backfill more than 1500000 elements");
  }
  while (container.length < at) container.push(null);
  container[at] = value;
}

/** MongoDB's error for a path that leads through a value that can hold no fields. */
export function cannotCreate(part: string, holder: string, value: Value): CommandError {
  return new CommandError(
    "PathNotViable",
    `Cannot create field '${part}' in element {${holder}: ${formatValue(value)}}`,
  );
}

/** The container that a part of a path leads into; made where it is missing, refused where it is a scalar. */
export function enterOrCreate(container: Container, key: string, nextPart: string): Container {
  if (Array.isArray(container) && !isArrayIndex(key))
    throw new CommandError("PathNotViable", `Cannot create field '${key}' in an array`);
  const value = valueIn(container, key);
  if (value === undefined) {
    const created: Document = new Map();
    putIn(container, key, created);
    return created;
  }
  if (value instanceof Map) return value;
  if (Array.isArray(value) && isArrayIndex(nextPart)) return value;
  throw cannotCreate(nextPart, key, value);
}

/** Sets the value at a dotted path, creating documents on the way. */
export function writePath(document: Document, path: string, value: Value): void {
  const parts = path.split(".");
  let container: Container = document;
  for (let at = 0; at < parts.length - 1; at++) {
    container = enterOrCreate(container, parts[at] ?? "", parts[at + 1] ?? "");
  }
  putIn(container, parts.at(-1) ?? "", value);
}
