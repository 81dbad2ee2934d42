import { BSONRegExp, type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { isTruthy, parseExpression } from "../expressions/parse.ts";
import {
  Always,
  And,
  ElementMatches,
  ElementPasses,
  ExpressionFilter,
  Filter,
  type FilterNode,
  Leaf,
  Not,
  Or,
} from "./filter.ts";
import { parseBits, parseModulo, parseSize, parseTypes } from "./parse-operands.ts";
import { type BitsOperator, Comparison, Exists, In, Pattern, SizeIs, TypeIs } from "./predicates.ts";
import { compileRegex } from "./regex.ts";

/** What the parsing of one filter shares: the variables of its expressions, and the fields that it reads. */
interface Parsing {
  context: ExpressionContext;
  fields: Set<string>;
  /** Whether field names are collected here: not inside `$elemMatch`, whose names belong to the elements. */
  collects: boolean;
}

const refused = new Set(["$where", "$text", "$jsonSchema", "$near", "$nearSphere", "$geoWithin"]);
const refusedOperators = new Set([
  "$near",
  "$nearSphere",
  "$geoWithin",
  "$geoIntersects",
  "$within",
  "$maxDistance",
  "$minDistance",
]);

/** Reads a filter; throws MongoDB's error for one that is malformed or outside the feature set. */
export function parseFilter(filter: Document, context: ExpressionContext): Filter {
  const parsing: Parsing = { context: { ...context, reads: new Set() }, fields: new Set(), collects: true };
  const root = parseConjunction(filter, parsing);
  const reads = parsing.context.reads;
  if (reads.has("")) return new Filter(root, null);
  for (const field of reads) parsing.fields.add(field);
  return new Filter(root, parsing.fields);
}

function conjunction(nodes: FilterNode[]): FilterNode {
  const [only] = nodes;
  if (only === undefined) return new Always(true);
  return nodes.length === 1 ? only : new And(nodes);
}

function parseConjunction(filter: Document, parsing: Parsing): FilterNode {
  const nodes: FilterNode[] = [];
  for (const [name, value] of filter) {
    if (name.startsWith("$")) parseTopLevel(name, value, nodes, parsing);
    else parseField(name, value, nodes, parsing);
  }
  return conjunction(nodes);
}

function parseTopLevel(name: string, value: Value, nodes: FilterNode[], parsing: Parsing): void {
  switch (name) {
    case "$and":
      nodes.push(conjunction(parseList(name, value, parsing)));
      return;
    case "$or":
      nodes.push(new Or(parseList(name, value, parsing)));
      return;
    case "$nor":
      nodes.push(new Not(new Or(parseList(name, value, parsing))));
      return;
    case "$expr":
      if (!parsing.collects)
        throw new CommandError("BadValue", "$expr can only be applied to the top-level document");
      nodes.push(parseExpr(value, parsing));
      return;
    case "$comment":
      return;
    case "$alwaysTrue":
    case "$alwaysFalse":
      nodes.push(new Always(name === "$alwaysTrue"));
      return;
    default:
      if (refused.has(name)) throw unsupported(name, "BadValue");
      throw new CommandError(
        "BadValue",
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function parseList(name: string, value: Value, parsing: Parsing): FilterNode[] {
  if (!Array.isArray(value)) throw new CommandError("BadValue", `${name} must be an array`);
  if (value.length === 0) throw new CommandError("BadValue", "$and/$or/$nor must be a nonempty array");
  return value.map((entry) => {
    if (!isDocument(entry))
      throw new CommandError("BadValue", "$or/$and/$nor entries need to be full objects");
    return parseConjunction(entry, parsing);
  });
}

function parseExpr(value: Value, parsing: Parsing): FilterNode {
  const evaluate = parseExpression(value, parsing.context);
  return new ExpressionFilter((document) => isTruthy(evaluate({ root: document, variables: null })));
}

/** Whether a document holds operators (`{ $gt: 1 }`) and is not a value or a DBRef. */
export function isOperatorDocument(value: Value | undefined): value is Document {
  if (!isDocument(value)) return false;
  const [first] = value.keys();
  return first?.startsWith("$") === true && !(value.has("$ref") && value.has("$id"));
}

function parseField(path: string, value: Value, nodes: FilterNode[], parsing: Parsing): void {
  if (parsing.collects) parsing.fields.add(path.split(".", 1)[0] ?? "");
  if (isOperatorDocument(value)) parseOperators(path, value, nodes, parsing);
  else if (value instanceof BSONRegExp) nodes.push(new Leaf(path, pattern(value)));
  else nodes.push(new Leaf(path, new Comparison("$eq", value)));
}

function pattern(value: BSONRegExp): Pattern {
  return new Pattern(compileRegex(value.pattern, value.options), value);
}

function parseOperators(path: string, operators: Document, nodes: FilterNode[], parsing: Parsing): void {
  for (const [name, value] of operators) {
    if (name === "$options") {
      if (!operators.has("$regex")) throw new CommandError("BadValue", "$options needs a $regex");
    } else if (name !== "$comment") {
      nodes.push(parseOperator(path, name, value, operators, parsing));
    }
  }
}

function parseOperator(
  path: string,
  name: string,
  value: Value,
  siblings: Document,
  parsing: Parsing,
): FilterNode {
  switch (name) {
    case "$eq":
      return new Leaf(path, new Comparison("$eq", value));
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      if (value instanceof BSONRegExp) {
        throw new CommandError("BadValue", `Can't have RegEx as arg to predicate over field '${path}'.`);
      }
      return new Leaf(path, new Comparison(name, value));
    case "$ne":
      if (value instanceof BSONRegExp) throw new CommandError("BadValue", "Can't have regex as arg to $ne.");
      return new Not(new Leaf(path, new Comparison("$eq", value)));
    case "$in":
      return new Leaf(path, parseIn("$in", value));
    case "$nin":
      return new Not(new Leaf(path, parseIn("$nin", value)));
    case "$exists":
      return isFalse(value) ? new Not(new Leaf(path, new Exists())) : new Leaf(path, new Exists());
    case "$type":
      return new Leaf(path, new TypeIs(parseTypes(path, value)));
    case "$size":
      return new Leaf(path, new SizeIs(parseSize(value)), "whole");
    case "$mod":
      return new Leaf(path, parseModulo(value));
    case "$bitsAllSet":
    case "$bitsAllClear":
    case "$bitsAnySet":
    case "$bitsAnyClear":
      return new Leaf(path, parseBits(name satisfies BitsOperator, value));
    case "$regex":
      return new Leaf(path, parseRegex(value, siblings.get("$options")));
    case "$not":
      return parseNot(path, value, parsing);
    case "$all":
      return parseAll(path, value, parsing);
    case "$elemMatch":
      return new Leaf(path, parseElementMatch(value, parsing), "whole");
    default:
      if (refusedOperators.has(name)) throw unsupported(name, "BadValue");
      throw new CommandError("BadValue", `unknown operator: ${name}`);
  }
}

function isFalse(value: Value): boolean {
  return !isTruthy(value);
}

function parseIn(name: string, value: Value): In {
  if (!Array.isArray(value)) throw new CommandError("BadValue", `${name} needs an array`);
  const values: Value[] = [];
  const patterns: Pattern[] = [];
  for (const entry of value) {
    if (entry instanceof BSONRegExp) patterns.push(pattern(entry));
    else if (isOperatorDocument(entry)) throw new CommandError("BadValue", "cannot nest $ under $in");
    else values.push(entry);
  }
  return new In(values, patterns);
}

function parseRegex(value: Value, options: Value | undefined): Pattern {
  if (options !== undefined && typeof options !== "string") {
    throw new CommandError("BadValue", "$options has to be a string");
  }
  if (value instanceof BSONRegExp) {
    if (options !== undefined && value.options !== "") {
      throw new CommandError(51075, "options set in both $regex and $options");
    }
    return pattern(new BSONRegExp(value.pattern, options ?? value.options));
  }
  if (typeof value !== "string") throw new CommandError("BadValue", "$regex has to be a string");
  return new Pattern(compileRegex(value, options ?? ""), new BSONRegExp(value, ""));
}

function parseNot(path: string, value: Value, parsing: Parsing): FilterNode {
  if (value instanceof BSONRegExp) return new Not(new Leaf(path, pattern(value)));
  if (!isDocument(value)) throw new CommandError("BadValue", "$not needs a regex or a document");
  if (value.size === 0) throw new CommandError("BadValue", "$not cannot be empty");
  const nodes: FilterNode[] = [];
  for (const name of value.keys()) {
    if (!name.startsWith("$")) throw new CommandError("BadValue", `unknown operator: ${name}`);
  }
  parseOperators(path, value, nodes, parsing);
  return new Not(conjunction(nodes));
}

function parseAll(path: string, value: Value, parsing: Parsing): FilterNode {
  if (!Array.isArray(value)) throw new CommandError("BadValue", "$all needs an array");
  if (value.length === 0) return new Always(false);
  const [first] = value;
  const elementMatches = isDocument(first) && [...first.keys()][0] === "$elemMatch";
  return conjunction(
    value.map((entry): FilterNode => {
      const isElementMatch = isDocument(entry) && [...entry.keys()][0] === "$elemMatch";
      if (isElementMatch !== elementMatches) {
        if (elementMatches) throw new CommandError("BadValue", "$all/$elemMatch has to be consistent");
        throw new CommandError("BadValue", "no $ expressions in $all");
      }
      if (isElementMatch) {
        return new Leaf(path, parseElementMatch(entry.get("$elemMatch") ?? null, parsing), "whole");
      }
      if (isOperatorDocument(entry)) throw new CommandError("BadValue", "no $ expressions in $all");
      return new Leaf(path, entry instanceof BSONRegExp ? pattern(entry) : new Comparison("$eq", entry));
    }),
  );
}

const logical = new Set(["$and", "$or", "$nor", "$where", "$expr"]);

function parseElementMatch(value: Value, parsing: Parsing): ElementMatches | ElementPasses {
  if (!isDocument(value)) throw new CommandError("BadValue", "$elemMatch needs an Object");
  const inner: Parsing = { ...parsing, collects: false };
  const [first] = value.keys();
  if (isOperatorDocument(value) && first !== undefined && !logical.has(first)) {
    const nodes: FilterNode[] = [];
    parseOperators("", value, nodes, inner);
    return new ElementPasses(new And(nodes.map(asElementTest)));
  }
  return new ElementMatches(parseConjunction(value, inner));
}

/** An element is tested as it is: an array among the elements does not stand for what is in it. */
function asElementTest(node: FilterNode): FilterNode {
  if (node instanceof Leaf) return new Leaf("", node.predicate, "whole");
  if (node instanceof Not) return new Not(asElementTest(node.child));
  if (node instanceof And) return new And(node.children.map(asElementTest));
  return node;
}
