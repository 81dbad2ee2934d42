import { formatValue } from "../bson/format.ts";
import type { Document, Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Filter } from "../query/filter.ts";
import { isArrayIndex } from "../query/path.ts";
import { matchedElement } from "../query/positional.ts";
import { type Container, cannotCreate, enterOrCreate, valueIn } from "./write-path.ts";

/** What the resolution of paths needs: array filters by identifier, and how the document was found. */
export interface PathContext {
  document: Document;
  filter: Filter;
  /** The document as it was when it was found, by which the positional `$` is resolved. */
  original: Document;
  arrayFilters: ReadonlyMap<string, Filter>;
  inserting: boolean;
}

/** One place that a path of an update leads to. */
export interface Target {
  container: Container;
  key: string;
  /** The concrete path, for messages. */
  path: string;
}

/**
 * The places that a path leads to: one, or many through `$[]` and `$[identifier]`. With `create`, documents
 * that are missing on the way are made, and a way through a scalar is refused; without, such a path leads nowhere.
 */
export function targetsOf(parts: readonly string[], create: boolean, context: PathContext): Target[] {
  const targets: Target[] = [];
  walk(context.document, parts, 0, [], create, context, targets);
  return targets;
}

function walk(
  container: Container,
  parts: readonly string[],
  at: number,
  walked: string[],
  create: boolean,
  context: PathContext,
  targets: Target[],
): void {
  const part = parts[at] ?? "";
  if (part.startsWith("$") && (part === "$" || part.startsWith("$["))) {
    for (const key of elementKeys(container, part, walked, parts, context)) {
      advance(container, key, parts, at, walked, create, context, targets);
    }
    return;
  }
  if (Array.isArray(container) && !isArrayIndex(part)) {
    if (create) throw cannotCreate(part, walked.at(-1) ?? "", container);
    return;
  }
  advance(container, part, parts, at, walked, create, context, targets);
}

function advance(
  container: Container,
  key: string,
  parts: readonly string[],
  at: number,
  walked: string[],
  create: boolean,
  context: PathContext,
  targets: Target[],
): void {
  const path = [...walked, key];
  if (at === parts.length - 1) {
    targets.push({ container, key, path: path.join(".") });
    return;
  }
  const next = parts[at + 1] ?? "";
  const value = valueIn(container, key);
  const positional = next.startsWith("$");
  if (positional && value === undefined) {
    throw new CommandError(
      "BadValue",
      `The path '${path.join(".")}' must exist in the document in order to apply array updates.`,
    );
  }
  if (positional && !Array.isArray(value)) {
    throw new CommandError(
      "BadValue",
      `Cannot apply array updates to non-array element ${key}: ${formatValue(value)}`,
    );
  }
  if (value instanceof Map || Array.isArray(value)) {
    walk(value, parts, at + 1, path, create, context, targets);
  } else if (create) {
    walk(enterOrCreate(container, key, next), parts, at + 1, path, create, context, targets);
  }
}

function elementKeys(
  container: Container,
  part: string,
  walked: string[],
  parts: readonly string[],
  context: PathContext,
): string[] {
  if (!Array.isArray(container)) {
    throw new CommandError(
      "BadValue",
      `Cannot apply array updates to non-array element ${walked.at(-1) ?? ""}: ${formatValue(container)}`,
    );
  }
  if (part === "$") return [String(positionOf(container, walked, context))];
  const identifier = part.slice(2, -1);
  if (identifier === "") return container.map((_element, at) => String(at));
  const filter = context.arrayFilters.get(identifier);
  if (!filter) {
    throw new CommandError(
      "BadValue",
      `No array filter found for identifier '${identifier}' in path '${parts.join(".")}'`,
    );
  }
  const holder: Document = new Map();
  const keys: string[] = [];
  container.forEach((element: Value, at) => {
    holder.set(identifier, element);
    if (filter.matches(holder)) keys.push(String(at));
  });
  return keys;
}

function positionOf(array: Value[], walked: string[], context: PathContext): number {
  const at = context.inserting ? -1 : matchedElement(context.filter, context.original, walked.join("."));
  if (at < 0 || at >= array.length) {
    throw new CommandError(
      "BadValue",
      "The positional operator did not find the match needed from the query.",
    );
  }
  return at;
}
