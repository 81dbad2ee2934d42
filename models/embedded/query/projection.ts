import { formatValue } from "../bson/format.ts";
import {
  BSONRegExp,
  type Document,
  documentOf,
  isDocument,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { Expression, ExpressionContext, Scope } from "../expressions/context.ts";
import { isTruthy, parseExpression, parseOperator } from "../expressions/parse.ts";
import { type ElementMatches, type ElementPasses, type Filter, Leaf } from "./filter.ts";
import { parseFilter } from "./parse-filter.ts";
import { matchedElement } from "./positional.ts";

/** What happens to one field. */
type Part =
  | { kind: "include" }
  | { kind: "exclude" }
  | { kind: "compute"; expression: Expression }
  | { kind: "slice"; skip: number | null; limit: number }
  | { kind: "elementMatch"; matches: ElementMatches | ElementPasses }
  | { kind: "positional" }
  | { kind: "tree"; tree: Tree };

interface Tree {
  parts: Map<string, Part>;
  /** Whether fields are computed in it or below, so that it makes documents where there are none. */
  computes: boolean;
}

/** Makes of a document what a projection leaves of it. */
export type Projection = (document: Document) => Document;

interface Parsing {
  context: ExpressionContext;
  mode: "include" | "exclude" | null;
  /** The operators of `find` ($slice, $elemMatch, the positional $) are read; in stages they are not. */
  find: boolean;
  positionalPath: string | null;
}

/**
 * Reads the specification of a projection. `filter` is the query's, which the positional `$` needs; null in an
 * aggregation stage, where `find`'s own operators are refused.
 */
export function parseProjection(
  specification: Document,
  context: ExpressionContext,
  filter: Filter | null,
): Projection {
  const parsing: Parsing = { context, mode: null, find: filter !== null, positionalPath: null };
  const root: Tree = { parts: new Map(), computes: false };
  for (const [path, value] of specification) addPath(root, path, value, parsing);
  const id = root.parts.get("_id");
  const including =
    parsing.mode === null ? id !== undefined && id.kind !== "exclude" : parsing.mode === "include";
  if (including && !id) root.parts.set("_id", { kind: "include" });
  if (including && id?.kind !== "exclude") context.reads.add("_id");
  if (including && id?.kind === "exclude") root.parts.delete("_id");
  return (document) => {
    const position =
      parsing.positionalPath && filter ? matchedElement(filter, document, parsing.positionalPath) : -1;
    const scope: Scope = { root: document, variables: null };
    return including ? include(root, document, scope, position) : exclude(root, document, scope);
  };
}

function addPath(root: Tree, path: string, value: Value, parsing: Parsing): void {
  const positional = parsing.find && path.endsWith(".$");
  const parts = (positional ? path.slice(0, -2) : path).split(".");
  checkParts(path, parts);
  const part = positional ? positionalPart(path, parsing) : readPart(path, value, parsing);
  place(root, parts, path, part, parsing);
}

function checkParts(path: string, parts: readonly string[]): void {
  if (path === "") throw new CommandError(40352, "FieldPath cannot be constructed with empty string");
  if (parts.at(-1) === "") throw new CommandError(40353, "FieldPath must not end with a '.'.");
  for (const part of parts) {
    if (part === "") throw new CommandError(15998, "FieldPath field names may not be empty strings.");
    if (part.startsWith("$")) {
      throw new CommandError(
        16410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
    }
  }
}

function positionalPart(path: string, parsing: Parsing): Part {
  if (parsing.mode === "exclude") {
    throw new CommandError(31395, "positional projection cannot be used with exclusion");
  }
  if (parsing.positionalPath !== null)
    throw new CommandError(31276, "Cannot specify more than one positional proj. per query.");
  parsing.mode = "include";
  parsing.positionalPath = path.slice(0, -2);
  return { kind: "positional" };
}

function setMode(mode: "include" | "exclude", path: string, parsing: Parsing): void {
  if (path === "_id") return;
  if (parsing.mode !== null && parsing.mode !== mode) {
    throw mode === "exclude"
      ? new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
      : new CommandError(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
  }
  parsing.mode = mode;
}

function readPart(path: string, value: Value, parsing: Parsing): Part {
  if (typeof value === "boolean" || isNumeric(value)) {
    const kept = isTruthy(value);
    setMode(kept ? "include" : "exclude", path, parsing);
    return { kind: kept ? "include" : "exclude" };
  }
  if (isDocument(value)) return readDocument(path, value, parsing);
  setMode("include", path, parsing);
  if (value instanceof BSONRegExp || value === null) return { kind: "compute", expression: () => value };
  return { kind: "compute", expression: parseExpression(value, parsing.context) };
}

function readDocument(path: string, value: Document, parsing: Parsing): Part {
  const [first] = value.entries();
  if (!first) {
    throw new CommandError(51270, `An empty sub-projection is not a valid value. Found empty object at path`);
  }
  const [name, operand] = first;
  if (parsing.find && name === "$slice") return slicePart(operand);
  if (parsing.find && name === "$elemMatch") return elementMatchPart(path, operand, parsing);
  if (name === "$meta") throw unsupported("the projection of $meta", "BadValue");
  if (name.startsWith("$")) {
    if (value.size > 1) {
      throw new CommandError(
        15983,
        `An object representing an expression must have exactly one field: ${formatValue(value)}`,
      );
    }
    setMode("include", path, parsing);
    return { kind: "compute", expression: parseOperator(name, operand, parsing.context) };
  }
  const tree: Tree = { parts: new Map(), computes: false };
  for (const [field, inner] of value) {
    if (field.includes(".") && !parsing.find) {
      throw new CommandError(40183, "FieldPath field names may not contain '.' in a nested object.");
    }
    const parts = field.split(".");
    checkParts(field, parts);
    place(tree, parts, `${path}.${field}`, readPart(`${path}.${field}`, inner, parsing), parsing);
  }
  return { kind: "tree", tree };
}

function slicePart(operand: Value): Part {
  const number = (value: Value | undefined): number => {
    if (!isNumeric(value)) {
      throw new CommandError(
        28667,
        `Invalid $slice syntax. The given syntax { $slice: ${formatValue(operand)} } did not match the find() syntax because :: Location31273: $slice only supports numbers and [x, y] arrays`,
      );
    }
    return Math.trunc(toNumber(value));
  };
  if (!Array.isArray(operand)) return { kind: "slice", skip: null, limit: number(operand) };
  if (operand.length !== 2) {
    throw new CommandError(
      28667,
      "Invalid $slice syntax. The given syntax did not match the find() syntax because :: Location31272: $slice array argument should be of form [skip, limit]",
    );
  }
  const limit = number(operand[1]);
  if (limit <= 0) throw new CommandError(28724, "$slice limit must be positive");
  return { kind: "slice", skip: number(operand[0]), limit };
}

function elementMatchPart(path: string, operand: Value, parsing: Parsing): Part {
  if (path.includes(".")) {
    throw new CommandError(31275, "Cannot use $elemMatch projection on a nested field.");
  }
  if (!isDocument(operand))
    throw new CommandError(
      31274,
      `elemMatch: Invalid argument, object required, but got ${typeName(operand)}`,
    );
  setMode("include", path, parsing);
  const { root } = parseFilter(documentOf({ [path]: documentOf({ $elemMatch: operand }) }), parsing.context);
  parsing.context.reads.add(path);
  const matches = root instanceof Leaf ? root.predicate : null;
  return { kind: "elementMatch", matches: matches as ElementMatches | ElementPasses };
}

function place(root: Tree, parts: readonly string[], path: string, part: Part, parsing: Parsing): void {
  const computes = part.kind === "compute" || (part.kind === "tree" && part.tree.computes);
  if (part.kind === "include" && !parsing.find) parsing.context.reads.add(parts[0] ?? "");
  let tree = root;
  for (const name of parts.slice(0, -1)) {
    tree.computes ||= computes;
    const next: Part = tree.parts.get(name) ?? { kind: "tree", tree: { parts: new Map(), computes: false } };
    if (next.kind !== "tree") throw collision(path, name);
    tree.parts.set(name, next);
    tree = next.tree;
  }
  tree.computes ||= computes;
  const name = parts.at(-1) ?? "";
  const existing = tree.parts.get(name);
  if (existing?.kind === "tree" && part.kind === "tree") {
    for (const [field, inner] of part.tree.parts)
      place(existing.tree, [field], `${path}.${field}`, inner, parsing);
    return;
  }
  if (existing)
    throw collision(path, existing.kind === "tree" ? ([...existing.tree.parts.keys()][0] ?? name) : name);
  tree.parts.set(name, part);
}

function collision(path: string, rest: string): CommandError {
  return new CommandError(31249, `Path collision at ${path} remaining portion ${rest}`);
}

function include(tree: Tree, document: Document, scope: Scope, position: number): Document {
  const result: Document = new Map();
  for (const [name, value] of document) {
    const part = tree.parts.get(name);
    if (!part) continue;
    const kept = keep(part, value, scope, position);
    if (kept !== undefined) result.set(name, kept);
  }
  if (tree.computes) addComputed(tree, result, scope);
  return result;
}

function keep(part: Part, value: Value, scope: Scope, position: number): Value | undefined {
  switch (part.kind) {
    case "include":
      return value;
    case "tree":
      return includeValue(part.tree, value, scope, position);
    case "slice":
      return slice(value, part.skip, part.limit);
    case "elementMatch":
      return firstMatching(part.matches, value);
    case "positional":
      return elementAt(value, position);
    case "exclude":
    case "compute":
      return undefined;
  }
}

function firstMatching(matches: ElementMatches | ElementPasses, value: Value): Value | undefined {
  if (!Array.isArray(value)) return undefined;
  const element = value[matches.firstMatch(value)];
  return element === undefined ? undefined : [element];
}

function elementAt(value: Value, position: number): Value {
  if (!Array.isArray(value)) return value;
  const element = value[position];
  if (element === undefined) {
    throw new CommandError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  }
  return [element];
}

function slice(value: Value, skip: number | null, limit: number): Value {
  if (!Array.isArray(value)) return value;
  if (skip === null) return limit < 0 ? value.slice(limit) : value.slice(0, limit);
  const start = skip < 0 ? Math.max(0, value.length + skip) : skip;
  return value.slice(start, start + limit);
}

function includeValue(tree: Tree, value: Value, scope: Scope, position: number): Value | undefined {
  if (value instanceof Map) return include(tree, value, scope, position);
  if (Array.isArray(value)) {
    const kept: Value[] = [];
    for (const element of value) {
      const result = includeValue(tree, element, scope, position);
      if (result !== undefined) kept.push(result);
    }
    return kept;
  }
  return tree.computes ? addComputed(tree, new Map(), scope) : undefined;
}

/** Adds the computed fields to a document, in the order in which they were named. */
function addComputed(tree: Tree, result: Document, scope: Scope): Document {
  for (const [name, part] of tree.parts) {
    if (part.kind === "compute") {
      const value = part.expression(scope);
      if (value === undefined) result.delete(name);
      else result.set(name, value);
    } else if (part.kind === "tree" && part.tree.computes && !result.has(name)) {
      result.set(name, addComputed(part.tree, new Map(), scope));
    }
  }
  return result;
}

function exclude(tree: Tree, document: Document, scope: Scope): Document {
  const result: Document = new Map();
  for (const [name, value] of document) {
    const part = tree.parts.get(name);
    if (part?.kind === "exclude") continue;
    if (part?.kind === "tree") result.set(name, excludeValue(part.tree, value, scope));
    else result.set(name, part?.kind === "slice" ? slice(value, part.skip, part.limit) : value);
  }
  if (tree.computes) addComputed(tree, result, scope);
  return result;
}

function excludeValue(tree: Tree, value: Value, scope: Scope): Value {
  if (value instanceof Map) return exclude(tree, value, scope);
  return Array.isArray(value) ? value.map((element) => excludeValue(tree, element, scope)) : value;
}
