import { formatDocument, formatValue } from "../bson/format.ts";
import { type Document, isDocument, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { type Operator, operators } from "./operators.ts";
import { type PathContext, type Target, targetsOf } from "./targets.ts";
import { putIn, valueIn } from "./write-path.ts";

/** One change: an operator, where, and with what. */
interface Change {
  name: string;
  path: string;
  parts: readonly string[];
  apply: Operator;
  /** Whether missing documents on the way are made. */
  creates: boolean;
  /** The path that `$rename` moves the value to. */
  destination: readonly string[] | null;
}

/** Update operators, read and checked. */
export interface Modifiers {
  changes: readonly Change[];
  arrayFilters: ReadonlyMap<string, Filter>;
  fields: ReadonlySet<string>;
  /** Whether the positional `$` is used, which looks at the document as it was found. */
  positional: boolean;
}

const DOCUMENTATION = "Expected a valid update modifier or pipeline-style update specified as an array";

/** Reads a document of update operators. */
export function parseModifiers(
  specification: Document,
  arrayFilters: Value | undefined,
  context: ExpressionContext,
): Modifiers {
  const changes: Change[] = [];
  const paths: string[] = [];
  for (const [name, fields] of specification) {
    const parse = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (!parse) throw new CommandError("FailedToParse", `Unknown modifier: ${name}. ${DOCUMENTATION}`);
    if (!isDocument(fields)) {
      throw new CommandError(
        "FailedToParse",
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${formatValue(fields)}}`,
      );
    }
    for (const [path, value] of fields) {
      const parts = checkedParts(path);
      paths.push(path);
      const { apply, creates } = parse(path, value, context);
      const destination = name === "$rename" && typeof value === "string" ? checkedParts(value) : null;
      if (destination) paths.push(destination.join("."));
      changes.push({ name, path, parts, apply, creates, destination });
    }
  }
  refuseConflicts(paths);
  changes.sort((a, b) => comparePaths(a.parts, b.parts));
  return {
    changes,
    arrayFilters: parseArrayFilters(arrayFilters, paths, specification, context),
    fields: new Set(paths.map((path) => path.split(".", 1)[0] ?? "")),
    positional: paths.some((path) => path.split(".").includes("$")),
  };
}

function checkedParts(path: string): string[] {
  if (path === "") throw new CommandError("EmptyFieldName", "An empty update path is not valid.");
  const parts = path.split(".");
  if (parts.includes("")) {
    throw new CommandError(
      "EmptyFieldName",
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  parts.forEach((part, at) => {
    if (!part.startsWith("$")) return;
    if (at > 0 && (part === "$" || /^\$\[.*\]$/.test(part) || ["$id", "$ref", "$db"].includes(part))) return;
    if (at === 0 && (part === "$" || part.startsWith("$["))) {
      throw new CommandError(
        "BadValue",
        `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
      );
    }
    throw new CommandError(
      "DollarPrefixedFieldName",
      `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  });
  if (parts.filter((part) => part === "$").length > 1) {
    throw new CommandError("BadValue", `Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}

/** MongoDB's order of changes: by path, numbers within it as numbers. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a[at] ?? "";
    const right = b[at] ?? "";
    if (left === right) continue;
    if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function refuseConflicts(paths: readonly string[]): void {
  const seen: string[] = [];
  for (const path of paths) {
    for (const other of seen) {
      const shorter = path.length <= other.length ? path : other;
      const longer = shorter === path ? other : path;
      if (longer === shorter || longer.startsWith(`${shorter}.`)) {
        throw new CommandError(
          "ConflictingUpdateOperators",
          `Updating the path '${path}' would create a conflict at '${shorter}'`,
        );
      }
    }
    seen.push(path);
  }
}

function parseArrayFilters(
  value: Value | undefined,
  paths: readonly string[],
  specification: Document,
  context: ExpressionContext,
): ReadonlyMap<string, Filter> {
  const filters = new Map<string, Filter>();
  if (value === undefined) return filters;
  if (!Array.isArray(value)) {
    throw new CommandError(
      "TypeMismatch",
      `BSON field 'update.updates.arrayFilters' is the wrong type '${typeName(value)}', expected type 'array'`,
    );
  }
  for (const entry of value) {
    if (!isDocument(entry)) throw new CommandError("TypeMismatch", "Each array filter must be a document");
    const identifiers = new Set(identifiersOf(entry));
    const [identifier] = identifiers;
    if (identifier === undefined) {
      throw new CommandError(
        "FailedToParse",
        "Cannot use an expression without a top-level field name in arrayFilters",
      );
    }
    if (identifiers.size > 1) {
      const [first, second] = identifiers;
      throw new CommandError(
        "FailedToParse",
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${second}'`,
      );
    }
    if (!/^[a-z][A-Za-z0-9]*$/.test(identifier)) {
      throw new CommandError(
        "BadValue",
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
      );
    }
    if (filters.has(identifier)) {
      throw new CommandError(
        "FailedToParse",
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    filters.set(identifier, parseFilter(entry, context));
  }
  for (const identifier of filters.keys()) {
    if (!paths.some((path) => path.split(".").includes(`$[${identifier}]`))) {
      throw new CommandError(
        "FailedToParse",
        `The array filter for identifier '${identifier}' was not used in the update ${formatDocument(specification)}`,
      );
    }
  }
  return filters;
}

function identifiersOf(filter: Document): string[] {
  return [...filter].flatMap(([name, value]) => {
    if (!name.startsWith("$")) return [name.split(".", 1)[0] ?? ""];
    return Array.isArray(value) ? value.flatMap((part) => (isDocument(part) ? identifiersOf(part) : [])) : [];
  });
}

/** Applies update operators to a document, which is changed in place. */
export function applyModifiers(
  modifiers: Modifiers,
  document: Document,
  filter: Filter,
  inserting: boolean,
): Document {
  const original = modifiers.positional ? copyOf(document) : document;
  const context: PathContext = {
    document,
    filter,
    original,
    arrayFilters: modifiers.arrayFilters,
    inserting,
  };
  for (const change of modifiers.changes) {
    if (change.name === "$setOnInsert" && !inserting) continue;
    if (change.destination) rename(change, change.destination, context);
    else
      for (const target of targetsOf(change.parts, change.creates, context)) applyTo(change, target, context);
  }
  return document;
}

function applyTo(change: Change, target: Target, context: PathContext): void {
  const before = valueIn(target.container, target.key);
  const after = change.apply(before, target, context.document);
  if (after === undefined) remove(target);
  else if (after !== before) putIn(target.container, target.key, after);
}

function remove({ container, key }: Target): void {
  if (!Array.isArray(container)) container.delete(key);
  else if (Number(key) < container.length) container[Number(key)] = null;
}

function rename(change: Change, destination: readonly string[], context: PathContext): void {
  refuseArrayOnPath("source", change.parts, context.document);
  const [source] = targetsOf(change.parts, false, context);
  const value = source && valueIn(source.container, source.key);
  if (!source || value === undefined) return;
  refuseArrayOnPath("destination", destination, context.document);
  remove(source);
  for (const target of targetsOf(destination, true, context)) putIn(target.container, target.key, value);
}

function refuseArrayOnPath(which: string, parts: readonly string[], document: Document): void {
  let value: Value | undefined = document;
  for (const part of parts.slice(0, -1)) {
    value = value instanceof Map ? value.get(part) : undefined;
    if (Array.isArray(value)) {
      throw new CommandError(
        "BadValue",
        `The ${which} field cannot be an array element, '${parts.join(".")}' in doc with _id: ${formatValue(document.get("_id"))} has an array field called '${part}'`,
      );
    }
  }
}

function copyOf(document: Document): Document {
  const copy = (value: Value): Value => {
    if (value instanceof Map) return new Map([...value].map(([name, field]) => [name, copy(field)]));
    return Array.isArray(value) ? value.map(copy) : value;
  };
  return new Map([...document].map(([name, field]) => [name, copy(field)]));
}
