import type { Document, Value } from "../bson/values.ts";

/** Something that is asked of the values at a path. */
export interface ValueTest {
  test(value: Value | undefined): boolean;
}

/** Whether an array at the end of a path stands for its elements and itself, or for itself only. */
export type ArrayAtEnd = "elements" | "whole";

/**
 * Whether any value that a path reaches passes the test, by MongoDB's rules: an array on the way stands for the
 * documents in it (and, for a numeric part, for the element at that place); a path that leads nowhere reaches
 * "missing" (`undefined`), except through an array, where only the documents in it do.
 */
export function anyAtPath(
  document: Document,
  path: readonly string[],
  from: number,
  arrayAtEnd: ArrayAtEnd,
  test: ValueTest,
): boolean {
  let at = from;
  let value = document.get(path[at] ?? "");
  while (at + 1 < path.length && !Array.isArray(value)) {
    if (!(value instanceof Map)) return test.test(undefined);
    at += 1;
    value = value.get(path[at] ?? "");
  }
  return Array.isArray(value) ? anyInArray(value, path, at + 1, arrayAtEnd, test) : test.test(value);
}

function anyInArray(
  array: Value[],
  path: readonly string[],
  from: number,
  arrayAtEnd: ArrayAtEnd,
  test: ValueTest,
): boolean {
  if (from === path.length) {
    if (arrayAtEnd === "elements") for (const element of array) if (test.test(element)) return true;
    return test.test(array);
  }
  const part = path[from] ?? "";
  for (let at = 0; at < array.length; at++) {
    const element = array[at];
    if (element instanceof Map && anyAtPath(element, path, from, arrayAtEnd, test)) return true;
    if (part === String(at) && anyInElement(element, path, from + 1, arrayAtEnd, test)) return true;
  }
  return false;
}

function anyInElement(
  element: Value | undefined,
  path: readonly string[],
  from: number,
  arrayAtEnd: ArrayAtEnd,
  test: ValueTest,
): boolean {
  if (from === path.length) return test.test(element);
  if (element instanceof Map) return anyAtPath(element, path, from, arrayAtEnd, test);
  return Array.isArray(element) && anyInArray(element, path, from, arrayAtEnd, test);
}

/** Whether a part of a path can name a place in an array: digits, without leading zeros. */
export function isArrayIndex(part: string): boolean {
  return /^(0|[1-9]\d*)$/.test(part);
}
